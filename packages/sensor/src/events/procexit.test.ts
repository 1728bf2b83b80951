import { expect, test } from 'vitest';
import { bashTid, initTid, StateSession } from '../testkit/state-session.ts';

test('the children of a process go to the one that the kernel names', () => {
  const session = new StateSession();
  session.clone(300, bashTid);
  session.apply('PROCEXIT_1_E', [0, 0, 0, 0, initTid]);
  expect(session.state.thread(300)?.ptid).toBe(bashTid);
  session.apply('SYSCALL_GETUID_X', [0], { tid: initTid });
  expect(session.state.thread(300)).toMatchObject({ ptid: initTid, parent: { comm: 'init' } });
});

test('the leader of a group is dead but there until its threads have gone', () => {
  const session = new StateSession();
  session.clone(0, 101, { pid: bashTid, ptid: initTid, flags: 1 << 13 });
  session.apply('PROCEXIT_1_E', [0, 0, 0, 0, 0]);
  const { thread } = session.apply('SYSCALL_GETUID_X', [0], { tid: 101 });
  expect([thread?.leader.tid, thread?.threadCount]).toEqual([bashTid, 1]);
  session.apply('PROCEXIT_1_E', [0, 0, 0, 0, 0], { tid: 101 });
  session.apply('SYSCALL_GETUID_X', [0], { tid: initTid });
  expect(session.state.stats().nThreads).toBe(1);
});
