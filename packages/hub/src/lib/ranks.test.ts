import fc from 'fast-check';
import { expect, test } from 'vitest';
import { itemsOfRanks } from './ranks.ts';

const ascending = (a: number, b: number): number => a - b;

test('ranks are those of the whole list in order, whatever it has and wherever they are', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 60 }),
      fc.nat(70),
      fc.nat(70),
      (items, from, more) => {
        const whole = items.toSorted(ascending);
        expect(itemsOfRanks([...items], { from, to: from + more }, ascending)).toEqual(
          whole.slice(from, from + more),
        );
      },
    ),
    { numRuns: 2000 },
  );
});

test.each([
  ['in order', (index: number) => index],
  ['in reverse', (index: number) => -index],
  ['equal', () => 1],
  ['of two kinds', (index: number) => index % 2],
  ['like an organ pipe', (index: number) => Math.min(index, 5000 - index)],
] as const)('a long list takes few comparisons: %s', (_name, valueOf) => {
  const items = Array.from({ length: 5000 }, (_, index) => valueOf(index));
  let comparisons = 0;
  const counted = (a: number, b: number): number => {
    comparisons++;
    return a - b;
  };
  expect(itemsOfRanks([...items], { from: 2500, to: 2600 }, counted)).toEqual(
    items.toSorted(ascending).slice(2500, 2600),
  );
  expect(comparisons).toBeLessThan(5000 * 20);
});

test('a list that was made to take long does not', () => {
  // Whoever compares decides the order as they are asked: the next pivot is always nearly the least of what is left.
  const places = Array.from({ length: 2000 }, (_, index) => index);
  const values = new Map<number, number>();
  let candidate = 0;
  let comparisons = 0;
  const evil = (a: number, b: number): number => {
    comparisons++;
    if (!values.has(a) && !values.has(b)) {
      values.set(a === candidate ? a : b, values.size);
    }
    if (!values.has(a)) {
      candidate = a;
    } else if (!values.has(b)) {
      candidate = b;
    }
    return (values.get(a) ?? Infinity) - (values.get(b) ?? Infinity) || a - b;
  };
  expect(itemsOfRanks(places, { from: 1990, to: 2000 }, evil)).toHaveLength(10);
  expect(comparisons).toBeLessThan(2000 * 120);
});
