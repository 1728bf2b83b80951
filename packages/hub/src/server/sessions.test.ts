import { expect, test } from 'vitest';
import { openMemoryStore } from '../testkit/memory-store.ts';
import { sessionIdleMs, sessionLongestMs, Sessions } from './sessions.ts';

const store = await openMemoryStore({ now: () => 0 });

test('a session is found by its secret, also after a restart, and not by what is stored', async () => {
  const sessions = await Sessions.load(store.documents, 0);
  const { secret, session } = await sessions.open('ada', 0);
  const again = await Sessions.load(store.documents, 1);
  expect(again.find(secret, 1)).toEqual(session);
  expect(again.find(session.id, 1)).toBeNull();
  await again.end(session.id);
  expect((await Sessions.load(store.documents, 1)).size).toBe(0);
});

test('a session in use lives on, but for a week at most', async () => {
  const sessions = await Sessions.load(store.documents, 0);
  const { secret, session } = await sessions.open('ada', 0);
  expect(sessions.find(secret, sessionIdleMs)).toBeNull();
  for (let at = 0; at < sessionLongestMs; at += sessionIdleMs / 2) {
    expect(sessions.find(secret, at)).not.toBeNull();
    await sessions.note(session, at);
  }
  expect(sessions.find(secret, sessionLongestMs)).toBeNull();
  expect((await Sessions.load(store.documents, sessionLongestMs)).size).toBe(0);
});

test('the oldest of twenty sessions of somebody makes room, and is counted', async () => {
  const sessions = await Sessions.load(store.documents, 0);
  const { secret: other } = await sessions.open('bob', 0);
  const secrets: string[] = [];
  for (let i = 0; i < 21; i++) {
    secrets.push((await sessions.open('ada', i)).secret);
  }
  expect(sessions.evicted).toBe(1);
  expect(secrets.map((secret) => sessions.find(secret, 30) !== null)).toEqual([
    false,
    ...Array.from({ length: 20 }, () => true),
  ]);
  expect(sessions.find(other, 30)).not.toBeNull();
  await sessions.endOf('ada');
  expect(sessions.size).toBe(1);
});
