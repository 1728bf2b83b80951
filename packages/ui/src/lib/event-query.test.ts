import { expect, test } from 'vitest';
import { eventQuery, silenceConditions } from './event-query.ts';

test('only conditions go to the API, and a day is what one sees first', () => {
  const asked = eventQuery(new URLSearchParams('rule=a&rule=b&not.tags=c&sel=1&group=1&q='));
  expect(asked.toString()).toBe('rule=a&rule=b&not.tags=c&from=24h');
});

test('all that is kept has no beginning', () => {
  expect(eventQuery(new URLSearchParams('from=all')).toString()).toBe('');
});

test('a silence has no time, and lists of values', () => {
  expect(silenceConditions(new URLSearchParams('from=1h&rule=a&rule=b&q=x&sel=1'))).toEqual({
    rule: ['a', 'b'],
    q: 'x',
  });
});
