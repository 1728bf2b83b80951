import { expect, test } from 'vitest';
import { bashTid, initTid, StateSession } from '../testkit/state-session.ts';

test('setsid starts a session', () => {
  expect(new StateSession().apply('SYSCALL_SETSID_X', [bashTid]).thread?.sid).toBe(bashTid);
  expect(new StateSession().apply('SYSCALL_SETSID_X', [-1]).thread?.sid).toBe(-1);
});

test.each([
  ['SYSCALL_SETRLIMIT_X', [0, 512, 1024, 7], 512],
  ['SYSCALL_GETRLIMIT_X', [0, 512, 1024, 7], 512],
  ['SYSCALL_SETRLIMIT_X', [0, 512, 1024, 3], 64],
  ['SYSCALL_SETRLIMIT_X', [-1, 512, 1024, 7], 64],
  ['SYSCALL_SETRLIMIT_X', [0, -1, 1024, 7], 64],
  ['SYSCALL_PRLIMIT_X', [0, 512, 1024, 1, 1, 0, 7], 512],
  ['SYSCALL_PRLIMIT_X', [0, 512, 1024, 1, 1, bashTid, 7], 512],
  ['SYSCALL_PRLIMIT_X', [0, 512, 1024, 1, 1, initTid, 7], 64],
  ['SYSCALL_PRLIMIT_X', [0, 512, 1024, 1, 1, 0, null], 64],
] as const)('%s %j leaves a limit of %d descriptors', (code, params, limit) => {
  const session = new StateSession();
  session.apply(code, params);
  expect(session.state.thread(bashTid)?.fdLimit).toBe(limit);
});

test('a process that asks for it takes over the orphans below it', () => {
  const session = new StateSession();
  session.apply('SYSCALL_PRCTL_X', [0, 36, 'x', 1]);
  session.clone(300, bashTid);
  session.clone(301, 300);
  session.apply('PROCEXIT_1_E', [0, 0, 0, 0, 0], { tid: 300 });
  session.apply('SYSCALL_GETUID_X', [0]);
  expect(session.state.thread(301)?.ptid).toBe(bashTid);
});
