import { expect, test } from 'vitest';
import { type Attempt, attemptLongestMs, Attempts } from './attempts.ts';

const attempt: Attempt = { to: '/events?q=a', nonce: 'n', verifier: 'v', redirectUri: 'http://a.test/cb' };

test('a state is good once, in its browser', () => {
  const attempts = new Attempts();
  const { state, secret } = attempts.begin(attempt, 0);
  expect(attempts.take(state, undefined, 1)).toEqual({ no: 'browser', to: null });
  expect(attempts.take(state, `${secret}x`, 1)).toEqual({ no: 'browser', to: null });
  expect(attempts.take('other', secret, 1)).toEqual({ no: 'over', to: null });
  expect(attempts.take(state, secret, 1)).toEqual(attempt);
  expect(attempts.take(state, secret, 2)).toEqual({ no: 'used', to: '/events?q=a' });
  expect(attempts.take(state, undefined, 2)).toEqual({ no: 'used', to: null });
});

test('a state is good for ten minutes', () => {
  const attempts = new Attempts();
  const { state, secret } = attempts.begin(attempt, 0);
  expect(attempts.take(state, secret, attemptLongestMs)).toEqual({ no: 'over', to: null });
  expect(attempts.take(state, secret, attemptLongestMs - 1)).toEqual(attempt);
});

test('those that are over make room, and of too many the oldest go', () => {
  const attempts = new Attempts();
  const first = attempts.begin(attempt, 0);
  for (let i = 1; i < 10_000; i++) {
    attempts.begin(attempt, 1);
  }
  expect([attempts.size, attempts.evicted]).toEqual([10_000, 0]);
  attempts.begin(attempt, 2);
  expect([attempts.size, attempts.evicted]).toEqual([10_000, 1]);
  expect(attempts.take(first.state, first.secret, 3)).toEqual({ no: 'over', to: null });
  attempts.begin(attempt, attemptLongestMs + 1);
  expect([attempts.size, attempts.evicted]).toEqual([2, 1]);
});
