import { expect, test } from 'vitest';
import { GoTime } from './go-time.ts';

test.each([
  ['2026-11-24T09:46:16.105082194Z', '2026-11-24 09:46:16.105082194 +0000 UTC', '2026-11-24T09:46:16Z'],
  ['2026-11-24T09:46:16.100Z', '2026-11-24 09:46:16.1 +0000 UTC', '2026-11-24T09:46:16Z'],
  ['2026-11-24T09:46:16+00:00', '2026-11-24 09:46:16 +0000 UTC', '2026-11-24T09:46:16Z'],
  ['2026-11-24T01:46:16+02:00', '2026-11-24 01:46:16 +0200 +0200', '2026-11-24T01:46:16+02:00'],
  ['2026-11-24T09:46:16.5-03:30', '2026-11-24 09:46:16.5 -0330 -0330', '2026-11-24T09:46:16-03:30'],
  ['nonsense', '1970-01-01 00:00:00 +0000 UTC', '1970-01-01T00:00:00Z'],
])('%s is printed as Go does', (text, printed, short) => {
  expect(new GoTime(text).String()).toBe(printed);
  expect(new GoTime(text).rfc3339()).toBe(short);
});

test('keeps nanoseconds and honours the offset', () => {
  expect(new GoTime('2026-11-24T10:46:16.105082194+01:00').UnixNano()).toBe(1795513576105082194n);
  expect(new GoTime('1969-12-31T23:59:59.5Z').UnixNano()).toBe(-500_000_000n);
  expect(new GoTime('2026-11-24T10:46:16.105982194+01:00').toDate().toISOString()).toBe(
    '2026-11-24T09:46:16.105Z',
  );
});

test.each([
  ['2026-11-24T23:59:59.105082190Z', 61, '2026-11-25T00:01:00.10508219Z'],
  ['2026-11-24T01:46:16+02:00', 0, '2026-11-24T01:46:16+02:00'],
  ['2026-11-24T01:46:16.5-03:30', 3600, '2026-11-24T02:46:16.5-03:30'],
])('%s and %d seconds later', (text, seconds, later) => {
  expect(new GoTime(text).after(seconds).rfc3339Nano()).toBe(later);
});
