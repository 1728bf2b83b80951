import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import type { AnalysisSettings } from '../analysis-settings.ts';
import type { LayerContent } from '../image.ts';
import { defaultLimits } from '../limits.ts';
import { temporaryFolder } from '../testkit/temporary.ts';
import type { FromAnalysis, ToAnalysis } from './protocol.ts';
import { serveAnalysis } from './serve.ts';

const settings: AnalysisSettings = {
  target: 'image',
  scanners: ['vuln'],
  comprehensive: false,
  fullLicenses: false,
  skipped: { folders: [], files: [] },
  filePatterns: [],
  disabled: [],
  javaDatabase: null,
  hostEnv: null,
};

/** What a process answers to layers that are not there, and when it prepared for archives. */
async function order(contents: readonly LayerContent[]): Promise<string[]> {
  const events: string[] = [];
  let toProcess: (message: ToAnalysis) => void = () => undefined;
  await new Promise<void>((resolve) => {
    serveAnalysis(
      {
        send: (message: FromAnalysis) => {
          if (message.kind === 'done' || message.kind === 'failed') {
            events.push(`answer ${message.id}`);
            if (message.id === contents.length - 1) {
              resolve();
            }
          }
        },
        onMessage: (handler) => {
          toProcess = handler;
        },
      },
      {
        startLane: () => {
          throw new Error('one thread is enough');
        },
        isProcessorIdle: () => false,
        beforeArchives: () => events.push('prepared'),
      },
    );
    toProcess({
      kind: 'setup',
      setup: { settings, limits: defaultLimits, folder: temporaryFolder(), width: 1 },
    });
    contents.forEach((content, id) => toProcess({ kind: 'layer', id, content, diffId: null, leftOut: [] }));
  });
  return events;
}

const archive: LayerContent = { kind: 'archive', path: '/nowhere/layer', offset: 0, length: 1 };
const folder: LayerContent = { kind: 'folder', path: '/nowhere/fs', opaque: [] };

test('a process prepares once for archives, before it reads the first', async () => {
  expect(await order([archive, archive])).toEqual(['prepared', 'answer 0', 'answer 1']);
});

test('layers that are folders need no preparation', async () => {
  expect(await order([folder, folder])).toEqual(['answer 0', 'answer 1']);
});

test('what is switched off for a while is known to this runtime', () => {
  const options = execFileSync(process.execPath, ['--v8-options'], { encoding: 'utf8' });
  expect(options).toMatch(/^ +--turbofan /m);
});
