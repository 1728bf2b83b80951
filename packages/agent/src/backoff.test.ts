import fc from 'fast-check';
import { expect, test } from 'vitest';
import { waitAfter } from './backoff.ts';

test('pauses grow to a minute, and to five for who is refused', () => {
  const pauses = [1, 2, 3, 7, 50].map((failures) => waitAfter(failures, () => 1));
  expect(pauses).toEqual([1000, 2000, 4000, 60_000, 60_000]);
  expect(waitAfter(50, () => 0)).toBe(30_000);
  expect(waitAfter(50, () => 1, { isRefused: true })).toBe(300_000);
});

test('a server that asks for time gets it, up to a bound', () => {
  fc.assert(
    fc.property(fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }), (askedMs, chance) => {
      const waitMs = waitAfter(1, () => chance, { askedMs });
      expect(waitMs).toBeGreaterThanOrEqual(Math.min(askedMs, 600_000));
      expect(waitMs).toBeLessThanOrEqual(900_000);
    }),
  );
});
