import { expect, test } from 'vitest';
import { StateSession } from '../testkit/state-session.ts';

function opened(flags: number): StateSession {
  const session = new StateSession();
  session.apply('SYSCALL_OPENAT_2_X', [3, -100, '/f', flags, 0, 5, 77]);
  return session;
}

test.each([
  ['SYSCALL_DUP_1_X', [7, 3], 0],
  ['SYSCALL_DUP2_X', [7, 3, 7], 0],
  ['SYSCALL_DUP3_X', [7, 3, 7, 4096], 4096],
  ['SYSCALL_DUP3_X', [7, 3, 7, 0], 0],
  ['SYSCALL_FCNTL_X', [7, 3, 1, 0], 0],
  ['SYSCALL_FCNTL_X', [7, 3, 26, 0], 4096],
] as const)('%s copies a descriptor; only what it says closes it at an execve', (code, params, flags) => {
  const session = opened(2 | 4096);
  expect(session.apply(code, params)).toMatchObject({ fdNum: 7, fd: { name: '/f', nameChanged: false } });
  expect([session.fdOf(7)?.openFlags, session.fdOf(3)?.openFlags]).toEqual([2 | flags, 2 | 4096]);
});

test('F_SETFD sets or clears the bit in place', () => {
  const session = opened(2);
  session.apply('SYSCALL_FCNTL_X', [0, 3, 3, 1]);
  expect(session.fdOf(3)?.openFlags).toBe(2 | 4096);
  session.apply('SYSCALL_FCNTL_X', [0, 3, 3, 0]);
  expect(session.fdOf(3)?.openFlags).toBe(2);
});

test('nothing comes of a failed call, of an unknown descriptor or of another command', () => {
  const session = opened(2);
  session.apply('SYSCALL_DUP_1_X', [-9, 3]);
  session.apply('SYSCALL_DUP_1_X', [8, 99]);
  session.apply('SYSCALL_FCNTL_X', [9, 3, 4, 0]);
  expect(session.state.thread(100)?.fds.size).toBe(1);
});
