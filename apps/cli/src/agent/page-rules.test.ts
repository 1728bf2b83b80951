import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServedRules } from '@lanner/api';
import { AppError } from '@lanner/core';
import { fromByteString, loadRules } from '@lanner/engine';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RuleRunner } from '../rule-desk/rule-runner.ts';
import { deskMethods } from '../rule-desk/work.ts';
import { recordingLog } from '../testkit/recording-log.ts';
import { PageRules } from './page-rules.ts';

const configured = `- rule: Reads secrets
  desc: d
  condition: evt.type = openat and fd.name startswith /etc/shadow
  output: read %fd.name
  priority: WARNING
`;
const own = `- rule: Mine
  desc: d
  condition: evt.type = unlinkat
  output: removed
  priority: ERROR
`;
const switchOff = (rule: string): { rule: string; text: string } => ({
  rule,
  text: `- rule: ${rule}\n  enabled: false\n  override:\n    enabled: replace\n`,
});
const first: ServedRules = {
  revision: 'first',
  own,
  exceptions: [],
  switches: [switchOff('Reads secrets'), switchOff('Of another machine')],
};
const empty: ServedRules = { revision: 'empty', own: '', exceptions: [], switches: [] };
const broken: ServedRules = { ...empty, revision: 'broken', own: '- rule: Mine\n  condition: nonsense(\n' };

let folder: string;
let path: string;
let state: ReturnType<RuleRunner['state']>;
let refusal: AppError | null;
let reloads: string[][];
let base: string;
let threads: number;
let log: ReturnType<typeof recordingLog>;

function newRules(): PageRules {
  log = recordingLog();
  const methods = deskMethods();
  const rules: PageRules = new PageRules({
    path,
    runner: {
      configured: () => ({
        files: [{ path: 'base.yaml', content: base }],
        load: { extraOutputs: [], selections: [], minPriority: 7, staticFields: {} },
      }),
      state: () => state,
      reload() {
        reloads.push(running(rules));
        return refusal === null ? Promise.resolve() : Promise.reject(refusal);
      },
    },
    openThread() {
      threads++;
      return {
        ask: (name, ...args) => Promise.resolve((methods[name] as (...all: unknown[]) => never)(...args)),
        close() {
          threads--;
          return Promise.resolve();
        },
      };
    },
    log,
  });
  return rules;
}

/** Names of the rules that would run. */
function running(rules: PageRules): string[] {
  const { enabled, results } = loadRules([
    { name: 'base.yaml', content: base },
    ...rules.files.map(({ path: name, content }) => ({ name, content })),
  ]);
  expect(results.flatMap(({ errors }) => errors)).toEqual([]);
  return enabled.map(({ name }) => fromByteString(name));
}

async function started(): Promise<PageRules> {
  const rules = newRules();
  await rules.start();
  return rules;
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lanner-page-rules-'));
  path = join(folder, 'server-rules.json');
  state = 'sensor';
  refusal = null;
  reloads = [];
  base = configured;
  threads = 0;
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test('a set runs at once, and what it says of rules that are not here is left out and counted', async () => {
  const rules = await started();
  expect(rules.state).toEqual({ revision: null, unmatched: 0, refused: null });
  expect(rules.wants('first')).toBe(true);
  await rules.take(first);
  expect(reloads).toEqual([['Mine']]);
  expect(rules.state).toEqual({ revision: 'first', unmatched: 1, refused: null });
  expect(rules.wants('first')).toBe(false);
  expect(threads).toBe(0);
});

test('it runs again after a start without the server, and ends when the page has none any more', async () => {
  await (await started()).take(first);
  const again = await started();
  expect(running(again)).toEqual(['Mine']);
  expect(again.wants('first')).toBe(false);
  await again.take(empty);
  expect(running(again)).toEqual(['Reads secrets']);
  expect(running(await started())).toEqual(['Reads secrets']);
});

test('one that the loader refuses changes nothing, is told, and is not asked for again', async () => {
  const rules = await started();
  await rules.take(first);
  await rules.take(broken);
  expect(reloads).toHaveLength(1);
  expect(rules.state).toMatchObject({
    revision: 'first',
    refused: { revision: 'broken', reason: expect.stringContaining('own rules of the server') as string },
  });
  expect(rules.notes).toEqual([expect.stringMatching(/^Rules of the server are refused: .*line \d/)]);
  expect(rules.wants('broken')).toBe(false);
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(first);
  await rules.take({ ...first, revision: 'mended' });
  expect(rules.state).toMatchObject({ revision: 'mended', refused: null });
});

test('so does one that the sensor refuses', async () => {
  const rules = await started();
  refusal = new AppError('rules.invalid', 'too many event types');
  await rules.take(first);
  expect(rules.state).toEqual({
    revision: null,
    unmatched: 0,
    refused: { revision: 'first', reason: 'too many event types' },
  });
  expect(running(rules)).toEqual(['Reads secrets']);
  expect(running(await started())).toEqual(['Reads secrets']);
});

test('one that cannot be written down is wanted all the same', async () => {
  const rules = await started();
  rmSync(folder, { recursive: true });
  writeFileSync(folder, 'no folder');
  await expect(rules.take(first)).rejects.toMatchObject({ code: 'file.write' });
  expect(rules.wants('first')).toBe(true);
  expect(reloads).toEqual([]);
});

test('waits until rules run here; where none do, a set is kept for later', async () => {
  state = 'starting';
  const rules = await started();
  expect(rules.wants('first')).toBe(false);
  state = 'nowhere';
  await rules.take(first);
  expect(reloads).toEqual([]);
  expect(existsSync(path)).toBe(true);
});

test('what was kept and no longer fits the own rules is left out, and said', async () => {
  await (
    await started()
  ).take({
    ...first,
    own: '- rule: Reads secrets\n  condition: and proc.name != x\n  override:\n    condition: append\n',
    switches: [],
  });
  base = own;
  const rules = await started();
  expect(running(rules)).toEqual(['Mine']);
  expect(rules.notes).toEqual([expect.stringContaining('own rules of the server are not loaded: line 1')]);
});

test('a damaged file is told and fetched again', async () => {
  writeFileSync(path, '{"revision": 1}');
  const rules = await started();
  expect(rules.wants('first')).toBe(true);
  expect(log.lines.join()).toContain('rules of the server that were kept cannot be read');
});
