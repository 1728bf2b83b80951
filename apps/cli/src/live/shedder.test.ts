import { systemCalls } from '@lanner/engine';
import { expect, test } from 'vitest';
import { Shedder } from './shedder.ts';

const type = (name: string): number => systemCalls.find((call) => call.name === name)?.event ?? -1;
const counts = new Uint32Array(500);
counts[type('execve')] = 1000;
counts[type('openat')] = 900;
counts[type('close')] = 800;

/** Seconds of use at these shares of a processor. */
function run(shedder: Shedder, shares: readonly number[], rssBytes = 0): number[] {
  let cpuSeconds = 0;
  let nowMs = 0;
  shedder.note({ cpuSeconds, rssBytes, nowMs }, counts);
  return shares.flatMap((share, i) => {
    cpuSeconds += share;
    nowMs += 1000;
    return shedder.note({ cpuSeconds, rssBytes, nowMs }, counts) ? [i] : [];
  });
}

test('what comes most often goes first, but never what processes are known by', () => {
  const shedder = new Shedder({ cpuRatio: 0.5, rssBytes: null });
  expect(
    run(
      shedder,
      Array.from({ length: 20 }, () => 0.9),
    ),
  ).toEqual([4, 9]);
  expect(shedder.shed).toEqual([type('openat'), type('close')]);
});

test('a short burst costs nothing; what was given up comes back when there is room for it', () => {
  const shedder = new Shedder({ cpuRatio: 0.5, rssBytes: null });
  expect(run(shedder, [0.9, 0.9, 0.9, 0.9, 0.1, 0.9, 0.9, 0.9, 0.9])).toEqual([]);
  run(shedder, [0.9, 0.9, 0.9, 0.9, 0.9]);
  expect(shedder.shed).toEqual([type('openat')]);
  expect(
    run(
      shedder,
      Array.from({ length: 61 }, () => 0.1),
    ),
  ).toHaveLength(1);
  expect(shedder.shed).toEqual([]);
});

test('memory counts too, and without a budget nothing does', () => {
  const memory = new Shedder({ cpuRatio: null, rssBytes: 100 });
  run(memory, [0, 0, 0, 0, 0], 101);
  expect(memory.shed).toHaveLength(1);
  const none = new Shedder({ cpuRatio: null, rssBytes: null });
  run(none, [1, 1, 1, 1, 1, 1], 1e9);
  expect(none.shed).toEqual([]);
});
