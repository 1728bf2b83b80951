import { signInProblems } from '@lanner/api/http';
import { expect, test } from 'vitest';
import { problemOf } from './sign-in-problem.ts';

function at(path: string, query: Record<string, string>): ReturnType<typeof problemOf> {
  return problemOf({ path, query: new URLSearchParams(query) });
}

test.each(signInProblems)('%s has a text', (problem) => {
  expect(at('/sign-in', { problem })?.message).toMatch(/^[A-Z].*\.$/);
});

test('the reference leads to the line of the log', () => {
  expect(at('/sign-in', { problem: 'role', ref: '0123abcd' })?.hint).toMatch(/In the log it is 0123abcd\.$/);
});

test('an address brings no texts of its own', () => {
  expect(at('/sign-in', { problem: 'Call 0123' })).toBeNull();
  expect(at('/sign-in', { problem: 'toString' })).toBeNull();
  expect(at('/events', { problem: 'role' })).toBeNull();
  expect(at('/sign-in', { problem: 'role', ref: 'call 0123' })?.hint).not.toContain('0123');
});
