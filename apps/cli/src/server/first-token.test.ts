import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Tokens } from '@lanner/hub';
import { openMemoryStore } from '@lanner/hub/testkit';
import { afterAll, expect, test } from 'vitest';
import { makeFirstToken } from './first-token.ts';

const root = mkdtempSync(join(tmpdir(), 'lanner-first-token-'));
afterAll(() => rmSync(root, { recursive: true }));
const secretIn = (path: string | null): string => readFileSync(path ?? '', 'utf8').trim();

test('the first start makes a token that only its owner can read, later ones do not', async () => {
  const folder = join(root, 'first');
  const { documents } = await openMemoryStore();
  const tokens = await Tokens.load(documents);
  const path = await makeFirstToken(tokens, folder, 5);
  expect(path).toBe(join(folder, 'admin-token'));
  expect(statSync(path ?? '').mode & 0o777).toBe(0o600);
  expect(tokens.principal(secretIn(path), 6)).toMatchObject({ name: 'admin' });
  expect(await makeFirstToken(await Tokens.load(documents), folder, 7)).toBeNull();
  expect(tokens.principal(secretIn(path), 8)).toMatchObject({ name: 'admin' });
});

test('a first start that ends before the token is stored is made up for by the next one', async () => {
  const folder = join(root, 'cut');
  const { documents } = await openMemoryStore();
  const broken = Object.assign((await openMemoryStore()).documents, {
    put: () => Promise.reject(new Error('the power went')),
  });
  const dying = await Tokens.load(broken);
  await expect(makeFirstToken(dying, folder, 5)).rejects.toThrow('the power went');
  // The file came first: there is no token whose secret nobody knows.
  const unknown = secretIn(join(folder, 'admin-token'));
  const tokens = await Tokens.load(documents);
  const path = await makeFirstToken(tokens, folder, 6);
  expect(tokens.principal(unknown, 7)).toBeNull();
  expect(tokens.principal(secretIn(path), 7)).toMatchObject({ name: 'admin' });
});
