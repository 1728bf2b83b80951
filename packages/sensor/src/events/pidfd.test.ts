import { fdTypes } from '@lanner/engine';
import { expect, test } from 'vitest';
import { initTid, StateSession } from '../testkit/state-session.ts';

test('a pidfd is named after its process and takes descriptors out of it', () => {
  const session = new StateSession();
  session.open(7, '/secret', { tid: initTid });
  expect(session.apply('SYSCALL_PIDFD_OPEN_X', [3, initTid, 0]).fd).toMatchObject({
    type: fdTypes.pidfd,
    name: '/proc/1',
    pid: 1,
  });
  expect(session.apply('SYSCALL_PIDFD_GETFD_X', [4, 3, 7, 0]).fd).toMatchObject({
    name: '/secret',
    openFlags: 4096,
  });
  expect(session.fdOf(4)?.name).toBe('/secret');
});

test('nothing is taken by something else, out of an unknown process or where nothing is', () => {
  const session = new StateSession();
  session.open(3, '/x');
  session.apply('SYSCALL_PIDFD_GETFD_X', [4, 3, 0, 0]);
  session.apply('SYSCALL_PIDFD_OPEN_X', [5, 9999, 0]);
  session.apply('SYSCALL_PIDFD_GETFD_X', [4, 5, 0, 0]);
  session.apply('SYSCALL_PIDFD_OPEN_X', [5, initTid, 0]);
  session.apply('SYSCALL_PIDFD_GETFD_X', [4, 5, 0, 0]);
  expect(session.fdOf(4)).toBeNull();
});
