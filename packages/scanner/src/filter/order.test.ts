import { expect, test } from 'vitest';
import type { SecretFinding } from '../model/index.ts';
import { compareSecrets } from './order.ts';

function secret(ruleId: string, startLine: number, match: string): SecretFinding {
  return { ruleId, startLine, endLine: startLine, match } as SecretFinding;
}

test('secrets of a file are in the order of their rules, then of what was matched, then of their lines', () => {
  const secrets = [secret('b', 1, 'x'), secret('a', 9, 'y'), secret('a', 7, 'z'), secret('a', 3, 'z')];
  expect(secrets.toSorted(compareSecrets).map(({ startLine }) => startLine)).toEqual([9, 3, 7, 1]);
});
