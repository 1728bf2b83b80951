import { expect, test } from 'vitest';
import { bashTid, StateSession, startTs } from '../testkit/state-session.ts';

test.each([
  ['SYSCALL_BRK_4_X', [0, 10, 11, 12, 0]],
  ['SYSCALL_MMAP_X', [0, 10, 11, 12, 0, 0, 0, 0, -1, 0]],
  ['SYSCALL_MUNMAP_X', [0, 10, 11, 12, 0, 0]],
] as const)('%s tells the memory of the process', (code, params) => {
  const session = new StateSession();
  expect(session.apply(code, params).thread).toMatchObject({ vmSizeKb: 10, vmRssKb: 11, vmSwapKb: 12 });
  expect(session.apply('SYSCALL_BRK_4_X', [0, null, null, null, 0]).thread?.vmSizeKb).toBe(10);
});

test('a context switch tells faults of the thread and memory of its process', () => {
  const session = new StateSession();
  session.clone(0, 101, { pid: bashTid, ptid: 1, flags: 1 << 13 });
  const { thread } = session.apply('SCHEDSWITCH_6_E', [1, 5, 6, 7, 8, 9], { tid: 101 });
  expect(thread).toMatchObject({ majorFaults: 5, minorFaults: 6 });
  expect(session.state.thread(bashTid)).toMatchObject({ vmSizeKb: 7, vmRssKb: 8, vmSwapKb: 9 });
});

test('times between switches are known on the running system, by CPU', () => {
  const session = new StateSession({ system: { thread: () => null, fd: () => null } });
  const params = [1, 5, 6, 7, 8, 9];
  session.apply('SCHEDSWITCH_6_E', params, { cpu: 0, ts: startTs });
  session.apply('SCHEDSWITCH_6_E', params, { cpu: 1, ts: startTs + 5n });
  const event = session.apply('SCHEDSWITCH_6_E', params, { cpu: 0, ts: startTs + 7n });
  expect([session.state.switchNs, event.thread?.runNs]).toEqual([7, 7]);
  session.apply('SYSCALL_GETUID_X', [0]);
  expect(session.state.switchNs).toBe(0);
});

test('procinfo events are compared with the one before', () => {
  const session = new StateSession();
  session.apply('SYSCALL_GETUID_X', [0]);
  session.apply('PROCINFO_E', [10, 20]);
  const { thread } = session.apply('PROCINFO_E', [15, 25]);
  expect(thread).toMatchObject({ previousCpuUser: 10, previousCpuSystem: 20 });
});
