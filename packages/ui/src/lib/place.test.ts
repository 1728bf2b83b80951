import { expect, test } from 'vitest';
import { oldPlace, placeAfter, withChanges } from './place.ts';

test.each([
  ['#/dashboard', '/'],
  [
    '#/events?priority=Error,Critical&since=15min&filter=nginx',
    '/events?priority=Error%2CCritical&from=15m&q=nginx',
  ],
  ['#/events?since=24h&rule=', '/events?from=24h'],
  ['#/info', '/settings'],
  ['#secret', null],
  ['', null],
])('%j leads to %j', (hash, path) => {
  expect(oldPlace(hash)).toBe(path);
});

test('parameters are replaced, repeated and removed, and others stay', () => {
  const query = new URLSearchParams('a=1&b=2&c=3');
  expect(withChanges(query, { a: ['4', '5'], b: '' }).toString()).toBe('c=3&a=4&a=5');
  expect(query.toString()).toBe('a=1&b=2&c=3');
});

test('after signing in one is where one wanted to be, and never elsewhere', () => {
  const after = (address: string): string => {
    const { pathname, searchParams } = new URL(address, 'http://a.test');
    return placeAfter({ path: pathname, query: searchParams });
  };
  expect(after('/events?rule=A+b&q=c')).toBe('/events?rule=A+b&q=c');
  expect(after('/sign-in?problem=role&to=%2Fevents%3Frule%3DA%2Bb')).toBe('/events?rule=A+b');
  expect(after('/sign-in')).toBe('/');
  for (const to of [
    '//elsewhere.test',
    '/\\elsewhere.test',
    'https://elsewhere.test',
    'javascript:alert(1)',
  ]) {
    expect(after(`/sign-in?to=${encodeURIComponent(to)}`)).toBe('/');
  }
});
