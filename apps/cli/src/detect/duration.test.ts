import { expect, test } from 'vitest';
import { parseDuration } from './duration.ts';

test.each([
  ['1h', 3_600_000],
  ['1h30m', 5_400_000],
  ['500ms', 500],
  ['2s500ms', 2500],
  ['1y1w1d', 31_536_000_000 + 604_800_000 + 86_400_000],
  ['5000', 0],
  ['', 0],
  ['1m1h', 0],
])('%s is %i ms', (text, want) => {
  expect(parseDuration(text)).toBe(want);
});
