import { expect, test } from 'vitest';
import { Stretch } from './stretch.ts';

const runs = [40, 30, 20, 10].map((rows) => ({ rows, skip: 0 }));

/** How many runs are looked at when each takes `eachMs`. */
function lookedAt(withinMs: number | undefined, eachMs: number): { runs: number; share: number } {
  let nowMs = 1000;
  const stretch = new Stretch(runs, withinMs, () => nowMs);
  let looked = 0;
  for (const run of runs) {
    if (stretch.isEnd(run)) {
      break;
    }
    looked++;
    nowMs += eachMs;
  }
  return { runs: looked, share: stretch.share };
}

test('a look ends at the first run that would begin too late, and says how far it came', () => {
  expect(lookedAt(20, 10)).toEqual({ runs: 2, share: 0.7 });
  expect(lookedAt(31, 10)).toEqual({ runs: 4, share: 1 });
});

test('a look that ends with the last run is whole, however long that took', () => {
  expect(lookedAt(25, 9)).toEqual({ runs: 3, share: 0.9 });
  expect(lookedAt(28, 9)).toEqual({ runs: 4, share: 1 });
});

test('the first run is always looked at, so that whoever asks again gets on', () => {
  expect(lookedAt(1, 1000)).toEqual({ runs: 1, share: 0.4 });
});

test('without a time everything is looked at', () => {
  expect(lookedAt(undefined, 1e9)).toEqual({ runs: 4, share: 1 });
});

test('alerts that were removed are none that are left', () => {
  const stretch = new Stretch(
    [
      { rows: 100, skip: 90 },
      { rows: 30, skip: 0 },
    ],
    0,
    () => 0,
  );
  expect(stretch.isEnd({ rows: 100, skip: 90 })).toBe(false);
  expect(stretch.isEnd({ rows: 30, skip: 0 })).toBe(true);
  expect(stretch.share).toBe(0.25);
});
