import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  complementRanges,
  inRanges,
  intersectRanges,
  isEverything,
  normalRanges,
  type Ranges,
  rangesOf,
  uniteRanges,
} from './ranges.ts';

const ranges: fc.Arbitrary<Ranges> = fc
  .array(fc.tuple(fc.integer({ min: -9, max: 9 }), fc.nat(4)))
  .map((list) => normalRanges(list.map(([low, length]) => [low, low + length] as const)));
const value = fc.integer({ min: -20, max: 20 });

test('sets of numbers keep the laws of sets', () => {
  fc.assert(
    fc.property(ranges, ranges, value, (a, b, x) => {
      expect(inRanges(uniteRanges(a, b), x)).toBe(inRanges(a, x) || inRanges(b, x));
      expect(inRanges(intersectRanges(a, b), x)).toBe(inRanges(a, x) && inRanges(b, x));
      expect(inRanges(complementRanges(a), x)).toBe(!inRanges(a, x));
      expect(complementRanges(complementRanges(a))).toEqual(a);
    }),
  );
});

test('a test that changes at given numbers only is found out by asking there', () => {
  fc.assert(
    fc.property(ranges, value, (a, x) => {
      const test = (number: number): boolean => inRanges(a, number);
      expect(
        rangesOf(
          test,
          a.flatMap(([low, high]) => [low, high]),
        ),
      ).toEqual(a);
      expect(inRanges(rangesOf(test, a.flat()), x)).toBe(test(x));
    }),
  );
  expect(isEverything(rangesOf(() => true, []))).toBe(true);
  expect(rangesOf(() => false, [1])).toEqual([]);
});
