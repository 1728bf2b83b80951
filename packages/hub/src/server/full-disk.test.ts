import { beforeEach, expect, test } from 'vitest';
import { Silences } from '../calm/silences.ts';
import { failingDocuments } from '../testkit/failing-documents.ts';
import { openMemoryStore } from '../testkit/memory-store.ts';
import { Passwords } from './passwords.ts';
import { Sessions } from './sessions.ts';
import { Tokens } from './tokens.ts';
import { Users } from './users.ts';

const passwords = new Passwords({ N: 16, r: 1, p: 1 });
let disk: ReturnType<typeof failingDocuments>;

beforeEach(async () => {
  disk = failingDocuments((await openMemoryStore()).documents);
});

test('somebody who could not be removed is still there, and can be removed later', async () => {
  const users = await Users.load(disk, passwords);
  await users.create('ada', 'admin', 'secret password', 0);
  await users.create('bob', 'view', 'secret password', 0);
  disk.full = true;
  await expect(users.remove('bob')).rejects.toMatchObject({ code: 'store.full' });
  await expect(users.change('bob', { role: 'admin' })).rejects.toMatchObject({ code: 'store.full' });
  expect(users.get('bob')).toMatchObject({ role: 'view' });
  disk.full = false;
  await users.remove('bob');
  expect((await Users.load(disk, passwords)).list().map(({ name }) => name)).toEqual(['ada']);
});

test('all sessions of somebody end at once, and leave the disk when it takes that again', async () => {
  const sessions = await Sessions.load(disk, 0);
  const opened = [
    await sessions.open('ada', 0),
    await sessions.open('ada', 0),
    await sessions.open('bob', 0),
  ];
  disk.full = true;
  await expect(sessions.endOf('ada')).rejects.toMatchObject({ code: 'store.full' });
  expect(opened.map(({ secret }) => sessions.find(secret, 0) !== null)).toEqual([false, false, true]);
  expect((await Sessions.load(disk, 0)).size).toBe(3);
  disk.full = false;
  await sessions.open('bob', 0);
  expect((await Sessions.load(disk, 0)).size).toBe(2);
});

test('a token and a silence hold until the disk has taken their end', async () => {
  const tokens = await Tokens.load(disk);
  const { token, secret } = await tokens.create({ name: 't', scopes: ['view'], expiresMs: null }, 0);
  const silences = await Silences.load(disk);
  const { id } = await silences.create({ conditions: {}, reason: '', expiresMs: 10 }, 'ada', 0);
  disk.full = true;
  await expect(tokens.revoke(token.id)).rejects.toMatchObject({ code: 'store.full' });
  await expect(silences.end(id)).rejects.toMatchObject({ code: 'store.full' });
  expect(tokens.principal(secret, 0)).not.toBeNull();
  expect(silences.list(0)).toHaveLength(1);
  disk.full = false;
  expect([await tokens.revoke(token.id), await silences.end(id)]).toEqual([true, true]);
  expect(tokens.principal(secret, 0)).toBeNull();
  expect(silences.list(0)).toEqual([]);
});
