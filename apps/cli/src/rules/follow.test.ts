import { AppError } from '@lanner/core';
import { expect, test } from 'vitest';
import { testEnvironment } from '../testkit/environment.ts';
import { recordingLog } from '../testkit/recording-log.ts';
import { follow, followRules } from './follow.ts';

type Answer = 'new' | 'same' | 'down' | 'broken';

/** Follows one artifact whose checks go as `answers` say; gives the log and the waits in seconds. */
async function follows(
  answers: readonly Answer[],
  everyS = 3600,
): Promise<{ lines: string[]; waits: number[] }> {
  const stop = new AbortController();
  const log = recordingLog();
  const waits: number[] = [];
  let step = 0;
  await followRules(['r/a:1'], {
    pull() {
      const answer = answers[step++];
      if (answer === 'down' || answer === 'broken') {
        return Promise.reject(new AppError('registry.unreachable', answer));
      }
      return Promise.resolve({
        reference: 'r/a:1',
        digest: 'sha256:1',
        changed: answer === 'new',
        files: [],
      });
    },
    everyMs: everyS * 1000,
    sleep(ms) {
      waits.push(ms / 1000);
      if (step >= answers.length) {
        stop.abort();
      }
      return Promise.resolve();
    },
    signal: stop.signal,
    log,
  });
  return { lines: log.lines, waits };
}

test('what has not changed is said once', async () => {
  const { lines, waits } = await follows(['same', 'same', 'same']);
  expect(lines).toEqual(['info rules are up to date artifact=r/a:1 digest=sha256:1']);
  expect(waits).toEqual([3600, 3600, 3600]);
});

test('a failure is said once for each reason and tried again ever more slowly, up to the usual time', async () => {
  const { lines, waits } = await follows(['new', 'down', 'down', 'down', 'broken', 'same', 'same'], 100);
  expect(lines).toEqual([
    'warn rules could not be updated, those installed stay artifact=r/a:1 reason=down',
    'warn rules could not be updated, those installed stay artifact=r/a:1 reason=broken',
    'info rules are up to date artifact=r/a:1 digest=sha256:1',
  ]);
  expect(waits).toEqual([100, 30, 60, 100, 100, 100, 100]);
});

test('the wait stays bounded however long a registry is down', async () => {
  const { waits } = await follows(Array.from({ length: 1200 }, () => 'down'));
  expect(Math.max(...waits)).toBe(3600);
});

test('a bug ends it', async () => {
  const options = {
    everyMs: 1,
    sleep: () => Promise.resolve(),
    signal: new AbortController().signal,
    log: recordingLog(),
  };
  await expect(
    followRules(['a'], { ...options, pull: () => Promise.reject(new TypeError('bug')) }),
  ).rejects.toThrow('bug');
});

test('nothing is checked once it is stopped', async () => {
  const environment = testEnvironment({ signal: AbortSignal.abort() });
  expect(await follow(environment, { values: {}, positionals: ['falco-rules'] })).toBe(0);
});

test.each(['', 'soon', '0s'])("'%s' is no time between checks", async (every) => {
  await expect(
    follow(testEnvironment(), { values: { every }, positionals: ['falco-rules'] }),
  ).rejects.toThrow('is no duration');
});
