import { expect, test } from 'vitest';
import { secretsInImageConfig } from './image-config.ts';
import { SecretScanner } from './secret-scanner.ts';

const token = 'ghp_012345678901234567890123456789abcdef';
const scanner = new SecretScanner();

test('variables and history of an image are looked through', () => {
  const found = secretsInImageConfig(
    'shop:1',
    {
      os: 'linux',
      config: { Env: ['PATH=/bin', `TOKEN=${token}`] },
      history: [{ created_by: 'RUN curl -H "Authorization: AKIA0123456789ABCDEF "' }],
    },
    scanner,
  );
  expect(found?.filePath).toBe('shop:1');
  expect(found?.findings.map(({ ruleId, startLine, match }) => [ruleId, startLine, match])).toEqual([
    ['aws-access-key-id', 7, expect.stringContaining('Authorization: ********************')],
    ['github-pat', 18, `  "TOKEN=${'*'.repeat(40)}"`],
  ]);
});

test('nothing is found where nothing is', () => {
  expect(secretsInImageConfig('shop:1', { config: { Env: ['PATH=/bin'] } }, scanner)).toBeNull();
});
