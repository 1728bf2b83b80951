import { expect, test } from 'vitest';
import { oldPlace, withChanges } from './place.ts';

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
