import { expect, test } from 'vitest';
import {
  ago,
  bytes,
  csvLine,
  exactMoment,
  moment,
  nameParts,
  shortName,
  since,
  valueText,
} from './format.ts';

const now = Date.UTC(2026, 0, 2, 12);

test.each([
  [0, 'now'],
  [-900, 'now'],
  [5000, '5 s ago'],
  [61_000, '1 min ago'],
  [7_300_000, '2 h ago'],
  [90 * 86_400_000, '90 d ago'],
  [-7_300_000, 'in 2 h'],
])('%d ms are %j', (passed, text) => {
  expect(ago(now - passed, now)).toBe(text);
});

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1.0 KiB'],
  [345 * 2 ** 20, '345 MiB'],
  [2 ** 60, '1048576 TiB'],
])('%d bytes are %j', (value, text) => {
  expect(bytes(value)).toBe(text);
});

test('the day is said only when it is another one', () => {
  expect(moment(now - 3_600_000, now, 'utc')).toBe('11:00:00');
  expect(moment(now - 86_400_000, now, 'utc')).toBe('01-01 12:00:00');
  expect(exactMoment(now + 7, 'utc')).toBe('2026-01-02 12:00:00.007 UTC');
});

test('CSV carries quotes, lines and commas, and no formulas', () => {
  expect(csvLine(['a', 'b,c', 'd"e', 'f\ng', '=cmd()', '@x', '-1', ''])).toBe(
    `a,"b,c","d""e","f\ng",'=cmd(),'@x,'-1,`,
  );
});

test('images have short names, and everything else keeps its own', () => {
  expect(
    ['registry.example.org/shop/api:1', 'localhost:5000/a', 'library/redis:7', 'web-01', '/srv/a.b/c'].map(
      shortName,
    ),
  ).toEqual(['shop/api:1', 'a', 'library/redis:7', 'web-01', '/srv/a.b/c']);
});

test('a name gives up where it is from, then its middle: many begin alike', () => {
  const digest = '0123456789abcdef'.repeat(4);
  expect(
    [
      'registry.example.org/shop/team/api:1.2',
      `ghcr.io/shop/api@sha256:${digest}`,
      `sha256:${digest}`,
      'web-01',
      'ip-10-20-30-40.eu-central-1.compute-17',
      '😀'.repeat(20),
      '/srv/folder/',
      '/',
      '',
    ].map((name) => nameParts(name)),
  ).toEqual([
    ['shop/team/', 'api', ':1.2'],
    ['shop/', 'api@sha256', ':0123456789ab…'],
    ['', 'sha256', ':0123456789ab…'],
    ['', 'web-01', ''],
    ['', 'ip-10-20-30-40.eu-central-1.co', 'mpute-17'],
    ['', '😀'.repeat(12), '😀'.repeat(8)],
    ['/srv/', 'folder/', ''],
    ['', '/', ''],
    ['', '', ''],
  ]);
  // A folder can be called like a registry.
  expect(nameParts('etc.d/ssl/server.pem', true)).toEqual(['etc.d/ssl/', 'server.pem', '']);
});

test('values keep their digits', () => {
  expect([
    valueText('a "b"'),
    valueText(18446744073709551615n),
    valueText([1n, null]),
    valueText(undefined),
  ]).toEqual(['a "b"', '18446744073709551615', '[1,null]', '']);
});

test('what has happened is never in the future', () => {
  expect(since(61_000, 60_000)).toBe('now');
  expect(since(0, 60_000)).toBe('1 min ago');
});
