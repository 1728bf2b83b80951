import { expect, test } from 'vitest';
import { ExitedThreads } from './exited-threads.ts';

const second = 1_000_000_000n;

test('an exit counts for two seconds, and for the parent that it was seen with', () => {
  const exited = new ExitedThreads();
  exited.add(7, 1, 10n * second);
  expect(exited.has(7, 1, 11n * second)).toBe(true);
  expect(exited.has(7, 1, 12n * second)).toBe(false);
  expect(exited.has(7, 1, 9n * second)).toBe(false);
  expect(exited.has(7, 2, 10n * second)).toBe(false);
});

test('it remembers the last 8192 exits', () => {
  const exited = new ExitedThreads();
  for (let tid = 0; tid < 10_000; tid++) {
    exited.add(tid, 1, second);
  }
  expect(exited.size).toBe(8192);
  expect(exited.has(0, 1, second)).toBe(false);
  expect(exited.has(9999, 1, second)).toBe(true);
});
