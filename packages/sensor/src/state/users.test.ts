import { expect, test } from 'vitest';
import { newCounters } from './counters.ts';
import { Users } from './users.ts';

const user = (uid: number, name = `u${uid}`) => ({ uid, gid: 0, name, home: '/', shell: '' });

test('a full table keeps what it has, takes changes and counts the rest', () => {
  const counters = newCounters();
  const users = new Users(2, counters);
  users.setUser('', user(1));
  users.setUser('c', user(1));
  users.setUser('', user(2));
  users.setUser('', user(1, 'renamed'));
  users.setGroup('', { gid: 1, name: 'g1' });
  users.setGroup('', { gid: 2, name: 'g2' });
  users.setGroup('', { gid: 3, name: 'g3' });
  expect(counters.nDropsFullUserTable).toBe(2);
  expect([users.userCount, users.groupCount]).toEqual([2, 2]);
  expect(users.user('', 1)?.name).toBe('renamed');
  expect(users.user('', 2)).toBeNull();
});

test('users of a container are its own, and go with it', () => {
  const users = new Users(10, newCounters());
  users.setUser('c', user(5));
  users.setGroup('c', { gid: 5, name: 'g' });
  expect(users.user('', 5)).toBeNull();
  users.deleteContainer('c');
  expect([users.user('c', 5), users.group('c', 5), users.userCount, users.groupCount]).toEqual([
    null,
    null,
    0,
    0,
  ]);
});

test('entries that stand for another database are nobody', () => {
  const users = new Users(10, newCounters());
  users.setUser('', user(5, '+'));
  users.setUser('', user(6, '-nis'));
  expect(users.userCount).toBe(0);
});
