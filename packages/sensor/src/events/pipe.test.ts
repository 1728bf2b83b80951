import { fdTypes } from '@lanner/engine';
import { expect, test } from 'vitest';
import { StateSession } from '../testkit/state-session.ts';

test('a pipe has two ends with one inode', () => {
  const session = new StateSession();
  const event = session.apply('SYSCALL_PIPE2_X', [0, 3, 4, 2n ** 40n, 4096]);
  expect(event.fd).toBe(session.fdOf(4));
  for (const fd of [3, 4]) {
    expect(session.fdOf(fd)).toMatchObject({ type: fdTypes.fifo, name: '', ino: 2 ** 40, openFlags: 4096 });
  }
  session.apply('SYSCALL_PIPE_X', [-24, 5, 6, 1]);
  expect(session.fdOf(5)).toBeNull();
});

test('a socket pair has two ends of its own; the event is about the first', () => {
  const session = new StateSession();
  const event = session.apply('SOCKET_SOCKETPAIR_X', [0, 3, 4, 7, 8, 1, 1, 0]);
  expect(event.fd).toBe(session.fdOf(3));
  expect(event.fdNum).toBe(4);
  expect(session.fdOf(4)).toMatchObject({ type: fdTypes.unix, unixSource: 7n, unixDest: 8n });
  session.apply('SOCKET_SOCKETPAIR_X', [0, 6, 6, 7, 8, 1, 1, 0]);
  expect(session.fdOf(6)).toBeNull();
});
