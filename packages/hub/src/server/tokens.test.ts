import { beforeEach, expect, test } from 'vitest';
import { openMemoryStore } from '../testkit/memory-store.ts';
import type { DocumentStore } from '../store/document-store.ts';
import { Tokens } from './tokens.ts';

const day = 86_400_000;
let documents: DocumentStore;
let tokens: Tokens;
beforeEach(async () => {
  ({ documents } = await openMemoryStore({ now: () => 0 }));
  tokens = await Tokens.load(documents);
});

test('what has expired opens nothing, is shown for a day, and is then removed', async () => {
  const { secret } = await tokens.create({ name: 'ci', scopes: ['view'], expiresMs: 1000 }, 0);
  await tokens.create({ name: 'stays', scopes: ['view'], expiresMs: null }, 0);
  expect(tokens.principal(secret, 999)?.name).toBe('ci');
  expect(tokens.principal(secret, 1000)).toBeNull();
  await tokens.tidy(1000 + day - 1);
  expect(tokens.list().map(({ name }) => name)).toEqual(['ci', 'stays']);
  await tokens.tidy(1000 + day);
  expect(tokens.list().map(({ name }) => name)).toEqual(['stays']);
  expect((await Tokens.load(documents)).list().map(({ name }) => name)).toEqual(['stays']);
});

test('when it was used is known, seldom written, and not by a wrong secret', async () => {
  const { secret, token } = await tokens.create({ name: 'ci', scopes: ['view'], expiresMs: null }, 0);
  expect(token.lastUsedMs).toBeNull();
  tokens.principal(`${secret}x`, day);
  expect(tokens.list()[0]?.lastUsedMs).toBeNull();
  const stored = async (): Promise<unknown> => (await Tokens.load(documents)).list()[0]?.lastUsedMs;
  tokens.principal(secret, day);
  await tokens.tidy(day);
  expect(await stored()).toBe(day);
  tokens.principal(secret, day + 1000);
  await tokens.tidy(day + 1000);
  expect(await stored()).toBe(day);
  expect(tokens.list()[0]?.lastUsedMs).toBe(day + 1000);
  await tokens.tidy(day + 2000, true);
  expect(await stored()).toBe(day + 1000);
});

test('one that is revoked does not come back with what is written of its use', async () => {
  const { secret, token } = await tokens.create({ name: 'ci', scopes: ['view'], expiresMs: null }, 0);
  tokens.principal(secret, day);
  const both = Promise.all([tokens.tidy(day), tokens.revoke(token.id)]);
  expect(tokens.principal(secret, day)).toBeNull();
  await both;
  expect((await Tokens.load(documents)).list()).toEqual([]);
});
