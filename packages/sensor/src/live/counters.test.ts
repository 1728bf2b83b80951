import { expect, test } from 'vitest';
import { counterBytes, Counters } from './counters.ts';

const words = counterBytes(1) / 8;

test('gaps in the sequence of a CPU are counted, also across 32 bits', () => {
  const counters = new Counters(new ArrayBuffer(counterBytes(2)), 2);
  counters.note(0, 0);
  counters.note(0, 1);
  counters.note(0, 5);
  counters.note(1, 2);
  expect(counters.stats().cpus).toMatchObject([
    { cpu: 0, seen: 3, gaps: 3 },
    { cpu: 1, seen: 1, gaps: 2 },
  ]);
  counters.note(0, 0xffff_ffff);
  counters.note(0, 0);
  expect(counters.stats().cpus[0]?.gaps).toBe(3 + 0xffff_ffff - 6);
});

test('what the kernel has lost is told by CPU and by type', () => {
  const memory = new ArrayBuffer(counterBytes(2));
  const kernel = new BigUint64Array(memory);
  kernel[0] = 10n;
  kernel[2 + 307] = 4n;
  kernel[words + 2 + 307] = 1n;
  kernel[words + 2 + 5] = 2n;
  kernel[words - 1] = 6n;
  kernel[2 * words - 1] = 1n;
  const stats = new Counters(memory, 2).stats();
  expect(stats.cpus).toMatchObject([
    { offered: 10, lost: 4 },
    { offered: 0, lost: 3 },
  ]);
  expect(stats.repeatedEvidence).toBe(7);
  expect(stats.lostByType).toEqual(
    new Map([
      [307, 5],
      [5, 2],
    ]),
  );
});
