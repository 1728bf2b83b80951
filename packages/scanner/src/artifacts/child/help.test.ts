import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { silentLog } from '@lanner/core';
import { expect, test } from 'vitest';
import { type AnalysisSettings, analyzerPlan } from '../analysis-settings.ts';
import { analyzeFolder, type FolderHelper } from '../folder-walk.ts';
import { takePart } from '../folder-rounds.ts';
import { defaultLimits } from '../limits.ts';
import { localRunner } from '../local-runner.ts';
import { Scratch } from '../scratch.ts';
import { temporaryFolder } from '../testkit/temporary.ts';
import { helperOver, type Lane } from './help.ts';
import type { FromLane, ToLane } from './protocol.ts';
import { serveLane } from './serve.ts';

const settings: AnalysisSettings = {
  target: 'rootfs',
  scanners: ['vuln', 'secret'],
  comprehensive: false,
  fullLicenses: false,
  skipped: { folders: ['proc'], files: [] },
  filePatterns: [],
  disabled: ['executable'],
  javaDatabase: null,
  hostEnv: null,
};
const options = {
  plan: analyzerPlan(settings, { log: silentLog, javaIndex: null, host: null }),
  scratch: new Scratch(temporaryFolder(), 1e9),
  limits: defaultLimits,
  skipped: settings.skipped,
  unhelpedFiles: 0,
};

/** A thread that answers at once, so it takes every part before the one that gives it. */
function lane(): Lane {
  let toLane: (message: ToLane) => void = () => undefined;
  let fromLane: (message: FromLane) => void = () => undefined;
  serveLane({
    send: (message) => fromLane(structuredClone(message)),
    onMessage: (handler) => {
      toLane = handler;
    },
  });
  toLane({ kind: 'setup', setup: { settings, limits: defaultLimits, folder: temporaryFolder(), width: 1 } });
  return {
    send: (message) => toLane(message),
    onMessage: (handler) => {
      fromLane = handler;
    },
  };
}

function largeTree(): string {
  const root = temporaryFolder();
  const files: Record<string, string> = {
    'var/lib/dpkg/status':
      'Package: app\nStatus: install ok installed\nVersion: 1.0-1\nArchitecture: amd64\n',
    'var/lib/dpkg/info/app.md5sums': '0123456789abcdef0123456789abcdef  usr/bin/app\n',
    'etc/os-release': 'ID=debian\nVERSION_ID="12"\n',
    'etc/debian_version': '12.1\n',
    'srv/app/package-lock.json': '{',
    'proc/secret': `key=AKIAIOSFODNN7SAMPLES`,
  };
  for (let i = 0; i < 1200; i++) {
    files[`srv/${i % 30}/file-${i}`] = i % 100 === 7 ? `id = "AKIAIOSFODNN7SAMPLE${i % 9}"\n` : `text ${i}\n`;
  }
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

test('a folder is found to be the same with help and without', async () => {
  const root = largeTree();
  const alone = await analyzeFolder(root, options);
  expect(alone.files).toBe(1205);
  expect(alone.analysis.secrets.length).toBe(12);
  expect(alone.analysis.packageLists[0]?.packages[0]?.installedFiles).toEqual(['usr/bin/app']);
  const helped = await localRunner({ ...options, helper: () => helperOver(lane(), () => undefined) }).folder(
    root,
    () => undefined,
  );
  expect(helped).toEqual(alone);
});

test('both may take parts', async () => {
  const root = largeTree();
  const other = helperOver(lane(), () => undefined);
  // It comes too late for every second part.
  const late: FolderHelper = {
    ...other,
    give: (round) => {
      const parts = round.parts.filter((_part, i) => i % 2 === 0);
      other.give({ ...round, parts, taken: new Int32Array(1) });
      const own = round.parts.filter((_part, i) => i % 2 === 1);
      Object.assign(round, { parts: own });
    },
  };
  expect(await analyzeFolder(root, { ...options, helper: () => late })).toEqual(
    await analyzeFolder(root, options),
  );
});

test('a bug in the thread that helps is one of the scan', async () => {
  const broken = helperOver(lane(), () => undefined);
  const helper: FolderHelper = {
    ...broken,
    give: () =>
      broken.give({
        parts: [{ folder: '', names: [null as unknown as string] }],
        files: 1,
        taken: null as unknown as Int32Array,
      }),
  };
  await expect(analyzeFolder(largeTree(), { ...options, helper: () => helper })).rejects.toThrow(
    TypeError.name,
  );
});

test('a small tree gets no help', async () => {
  const { files } = await analyzeFolder(largeTree(), {
    ...options,
    unhelpedFiles: 8000,
    helper: () => {
      throw new Error('nobody is to be asked');
    },
  });
  expect(files).toBe(1205);
});

test('a part is taken once', () => {
  const parts = [
    { folder: 'a', names: ['1'] },
    { folder: 'b', names: ['2'] },
  ];
  const round = { parts, files: 2, taken: new Int32Array(new SharedArrayBuffer(4)) };
  expect([takePart(round), takePart(round), takePart(round)]).toEqual([...parts, undefined]);
});
