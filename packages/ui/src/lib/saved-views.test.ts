import { expect, test } from 'vitest';
import { nameToSave, placeToSave } from './saved-views.ts';

function at(address: string): { path: string; query: URLSearchParams } {
  const { pathname, searchParams } = new URL(address, 'http://a.test');
  return { path: pathname, query: searchParams };
}

test('filters and range are saved, the row that is open is not', () => {
  expect(placeToSave(at('/events?rule=A+b&rule=C&from=24h&sel=01X'))).toBe(
    '/events?rule=A+b&rule=C&from=24h',
  );
  expect(placeToSave(at('/audit?before=7'))).toBe('/audit');
});

test('a name begins with what is shown', () => {
  expect(nameToSave(at('/events?rule=Shell&from=24h&live=1&sel=01X'), 'Events')).toBe('Events · Shell');
  expect(nameToSave(at(`/events?q=${'a'.repeat(100)}`), 'Events')).toHaveLength(80);
});
