import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type BlindInterval, BlindWatch } from './blind.ts';

const second = 1_000_000_000n;

test('every loss of what a rule needs is in exactly one of its intervals', () => {
  const losses = fc.array(fc.array(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.nat(5)), { maxLength: 3 }), {
    maxLength: 80,
  });
  fc.assert(
    fc.property(losses, (ticks) => {
      const watch = new BlindWatch(0n);
      const rule = { name: 'r', eventIds: new Set([1, 2]) };
      watch.setRules([rule]);
      const lost = new Map<number, number>();
      const found: BlindInterval[] = [];
      ticks.forEach((tick, i) => {
        tick.forEach(([type, count]) => lost.set(type, (lost.get(type) ?? 0) + count));
        found.push(...watch.note(lost, BigInt(i + 1) * second));
      });
      found.push(...watch.end());
      let counted = 0;
      for (const [, count] of found.flatMap((interval) => interval.lost)) {
        counted += count;
      }
      expect(counted).toBe((lost.get(1) ?? 0) + (lost.get(2) ?? 0));
      expect(watch.times().get('r')?.seconds ?? 0).toBeLessThanOrEqual(ticks.length);
      found.forEach(({ fromNs, toNs }) => {
        expect(toNs > fromNs).toBe(true);
      });
    }),
  );
});

test('losses in one second after the other are one interval, told of when it ends', () => {
  const watch = new BlindWatch(0n);
  watch.setRules([
    { name: 'a', eventIds: new Set([1]) },
    { name: 'b', eventIds: new Set([1, 2]) },
    { name: 'c', eventIds: new Set([3]) },
  ]);
  expect(watch.note(new Map([[1, 5]]), second)).toEqual([]);
  expect(watch.note(new Map([[1, 7]]), 2n * second)).toEqual([]);
  expect(watch.note(new Map([[1, 7]]), 3n * second)).toEqual([
    { fromNs: 0n, toNs: 2n * second, rules: ['a', 'b'], lost: [[1, 7]] },
  ]);
  expect(watch.times()).toEqual(
    new Map([
      ['a', { intervals: 1, seconds: 2 }],
      ['b', { intervals: 1, seconds: 2 }],
    ]),
  );
});

test('an interval that does not end is told of once a minute', () => {
  const watch = new BlindWatch(0n);
  watch.setRules([{ name: 'a', eventIds: new Set([1]) }]);
  const told: number[] = [];
  for (let i = 1; i <= 130; i++) {
    if (watch.note(new Map([[1, i]]), BigInt(i) * second).length > 0) {
      told.push(i);
    }
  }
  expect(told).toEqual([60, 120]);
});

test('rules are blind while an event type that they need is given up', () => {
  const watch = new BlindWatch(0n);
  watch.setRules([{ name: 'a', eventIds: new Set([1]) }]);
  watch.note(new Map(), second, [1]);
  watch.note(new Map(), 2n * second, [1]);
  expect(watch.note(new Map(), 3n * second, [])).toEqual([
    { fromNs: 0n, toNs: 2n * second, rules: ['a'], lost: [[1, 0]] },
  ]);
});
