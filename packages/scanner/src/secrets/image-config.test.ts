import { expect, test } from 'vitest';
import { secretsInImageConfig } from './image-config.ts';
import { SecretScanner } from './secret-scanner.ts';

const token = 'ghp_012345678901234567890123456789abcdef';
const scanner = new SecretScanner();

test('variables and history of an image are looked through', () => {
  const found = secretsInImageConfig(
    {
      config: { Env: ['PATH=/bin', `TOKEN=${token}`] },
      history: [{ created_by: 'RUN curl -H "Authorization: AKIA0123456789ABCDEF "' }],
    },
    scanner,
  );
  expect(found?.filePath).toBe('config.json');
  expect(found?.findings.map(({ ruleId, match }) => [ruleId, match])).toEqual([
    ['aws-access-key-id', expect.stringContaining('Authorization: ********************')],
    ['github-pat', `      "TOKEN=${'*'.repeat(40)}"`],
  ]);
});

test('nothing is found where nothing is', () => {
  expect(secretsInImageConfig({ config: { Env: ['PATH=/bin'] } }, scanner)).toBeNull();
});
