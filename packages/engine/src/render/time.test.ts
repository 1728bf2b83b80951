import { expect, test } from 'vitest';
import { clockSecondsText, clockText, dateTimeSecondsText, dateTimeText, isoText } from './time.ts';

function halves(ns: bigint): [number, number] {
  return [Number(ns >> 32n), Number(ns & 0xffff_ffffn)];
}

const [hi, lo] = halves(1_795_407_474_897_387_538n);

test('a time prints as clock, date and ISO text', () => {
  expect(clockText(hi, lo, 0)).toBe('04:17:54.897387538');
  expect(clockSecondsText(hi, lo, 0)).toBe('04:17:54');
  expect(dateTimeText(hi, lo, 0)).toBe('2026-11-23 04:17:54.897387538');
  expect(dateTimeSecondsText(hi, lo, 0)).toBe('2026-11-23 04:17:54');
  expect(isoText(hi, lo)).toBe('2026-11-23T04:17:54.897387538');
});

test('local time is moved by the offset, the ISO text is not', () => {
  expect(dateTimeText(hi, lo, -5 * 3600)).toBe('2026-11-22 23:17:54.897387538');
  expect(clockText(hi, lo, 5.5 * 3600)).toBe('09:47:54.897387538');
  expect(isoText(hi, lo)).toBe('2026-11-23T04:17:54.897387538');
});

test('the ends of the range print', () => {
  expect(isoText(0, 0)).toBe('1970-01-01T00:00:00.000000000');
  expect(isoText(0xffff_ffff, 0xffff_ffff)).toBe('2554-07-21T23:34:33.709551615');
});
