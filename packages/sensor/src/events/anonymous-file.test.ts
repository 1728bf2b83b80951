import { fdTypes } from '@lanner/engine';
import { expect, test } from 'vitest';
import { StateSession } from '../testkit/state-session.ts';

test.each([
  ['SYSCALL_EVENTFD_X', [3, 0, 0], fdTypes.event, 0],
  ['SYSCALL_EVENTFD2_X', [3, 4096, 0], fdTypes.event, 4096],
  ['SYSCALL_SIGNALFD_X', [3, -1, 0, 0], fdTypes.signalfd, 0],
  ['SYSCALL_SIGNALFD4_X', [3, 4096, -1, 0], fdTypes.signalfd, 4096],
  ['SYSCALL_TIMERFD_CREATE_X', [3, 1, 5], fdTypes.timerfd, 5],
  ['SYSCALL_INOTIFY_INIT_X', [3, 0], fdTypes.inotify, 0],
  ['SYSCALL_INOTIFY_INIT1_X', [3, 4096], fdTypes.inotify, 4096],
  ['SYSCALL_BPF_2_X', [3, 0], fdTypes.bpf, 0],
  ['SYSCALL_USERFAULTFD_X', [3, 0], fdTypes.userfaultfd, 0],
  ['SYSCALL_IO_URING_SETUP_X', [3, 1, 1, 1, 0, 0, 0, 0], fdTypes.ioUring, 0],
  ['SYSCALL_EPOLL_CREATE_X', [3, 1], fdTypes.eventpoll, 0],
  ['SYSCALL_EPOLL_CREATE1_X', [3, 1], fdTypes.eventpoll, 4096],
  ['SYSCALL_MEMFD_CREATE_X', [3, 'mem', 1], fdTypes.memfd, 1],
] as const)('%s makes a descriptor of its kind', (code, params, type, openFlags) => {
  const session = new StateSession();
  expect(session.apply(code, params).fd).toMatchObject({ type, openFlags });
  expect(session.fdOf(3)?.name).toBe(code.includes('MEMFD') ? 'mem' : '');
});

test('a failed call makes none, but memfd_create leaves one under the number of its error', () => {
  const session = new StateSession();
  session.apply('SYSCALL_EVENTFD_X', [-24, 0, 0]);
  expect(session.state.thread(100)?.fds.size).toBe(0);
  const event = session.apply('SYSCALL_MEMFD_CREATE_X', [-24, 'mem', 0]);
  expect([event.fdNum, event.fd?.type, session.state.thread(100)?.fds.size]).toEqual([-24, -1, 1]);
});
