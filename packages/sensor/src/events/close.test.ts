import { expect, test } from 'vitest';
import { StateSession } from '../testkit/state-session.ts';

function withFiles(): StateSession {
  const session = new StateSession();
  for (const fd of [3, 4, 5, 2000]) {
    session.open(fd, `/f${fd}`);
  }
  return session;
}

const numbers = (session: StateSession): number[] =>
  [...(session.state.thread(100)?.fds.entries() ?? [])].map(([fd]) => fd);

test('a failed close leaves the descriptor', () => {
  const session = withFiles();
  session.apply('SYSCALL_CLOSE_X', [-5, 3]);
  session.apply('SYSCALL_GETUID_X', [0]);
  expect(numbers(session)).toEqual([3, 4, 5, 2000]);
});

test('a close is counted when it takes effect', () => {
  const session = withFiles();
  session.apply('SYSCALL_CLOSE_X', [0, 2000]);
  session.apply('SYSCALL_GETUID_X', [0]);
  expect(numbers(session)).toEqual([3, 4, 5]);
  expect(session.state.stats().nRemovedFds).toBe(1);
});

test('close_range ends a range at once', () => {
  const session = withFiles();
  session.apply('SYSCALL_CLOSE_RANGE_X', [0, 4, 0xffff_ffff, 0]);
  expect(numbers(session)).toEqual([3]);
});

test('close_range may put the end off until the next execve', () => {
  const session = withFiles();
  session.apply('SYSCALL_CLOSE_RANGE_X', [0, 4, 5, 1 << 2]);
  expect([3, 4, 5].map((fd) => session.fdOf(fd)?.openFlags)).toEqual([1, 4097, 4097]);
  session.apply('SYSCALL_CLOSE_RANGE_X', [-22, 0, 10, 0]);
  expect(numbers(session)).toHaveLength(4);
});
