import fc from 'fast-check';
import { expect, test } from 'vitest';
import { timeNs } from './time.ts';

test('gives back every moment that toISOString writes', () => {
  const date = fc.date({ min: new Date(0), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true });
  fc.assert(
    fc.property(date, (moment) => timeNs(moment.toISOString()) === BigInt(moment.getTime()) * 1_000_000n),
  );
});

test.each([
  ['2024-02-29T00:00:00Z', BigInt(Date.UTC(2024, 1, 29)) * 1_000_000n],
  ['1970-01-01T00:00:00.000000001Z', 1n],
  ['1970-01-01T00:00:00.1234567899Z', 123_456_789n],
  ['1970-01-01T00:00:00,5Z', 500_000_000n],
  ['1970-01-01T02:30:00+02:30', 0n],
  ['1969-12-31T23:00:00-01:00', 0n],
])('%s is %s ns', (text, expected) => {
  expect(timeNs(text)).toBe(expected);
});

test.each([
  '2023-02-29T00:00:00Z',
  '2024-13-01T00:00:00Z',
  '2024-00-01T00:00:00Z',
  '2024-01-00T00:00:00Z',
  '2024-01-01T24:00:00Z',
  '2024-01-01T00:60:00Z',
  '2024-01-01T00:00:60Z',
  '2024-01-01T00:00:00+25:00',
  '2024-01-01T00:00:00+00:61',
  '2024-01-01 00:00:00Z',
  '2024-01-01T00:00:00',
  '2024-01-01T00:00:00.Z',
  '1969-12-31T23:59:59Z',
  '0070-01-01T00:00:00Z',
  '',
])('%j is no time after 1970', (text) => {
  expect(timeNs(text)).toBeNull();
});
