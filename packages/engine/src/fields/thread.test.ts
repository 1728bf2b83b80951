import { expect, test } from 'vitest';
import { threadFlags } from '../state.ts';
import { readField, testEvent, testState, testThread } from '../testkit/index.ts';
import { fieldClass } from './thread.ts';

const leader = testThread({ tid: 10, pid: 10, vmSizeKb: 4, vmRssKb: 2, threadCount: 3, vtid: 10 });
const worker = testThread({
  ...leader,
  tid: 11,
  comm: 'worker',
  leader,
  vtid: -1,
  capEffective: 1n,
  cgroups: [
    ['cpuset', '/'],
    ['memory', '/lxc/a'],
  ],
});
const event = testEvent('SYSCALL_GETCWD_X', [0, '/'], {
  thread: worker,
  tid: 11,
  state: testState({ switchNs: 0 }),
});

test.each([
  ['thread.tid', undefined, 11],
  ['thread.ismain', undefined, false],
  ['thread.vtid', undefined, null],
  ['thread.nametid', undefined, 'worker11'],
  ['thread.cap_effective', undefined, 'CAP_CHOWN'],
  ['thread.cap_permitted', undefined, ''],
  ['thread.cgroups', undefined, 'cpuset=/ memory=/lxc/a'],
  ['thread.cgroup', 'memory', '/lxc/a'],
  ['thread.cgroup', 'blkio', null],
  ['thread.exectime', undefined, 0],
  ['thread.totexectime', undefined, 0],
  ['thread.cpu', undefined, null],
  ['thread.vmsize', undefined, 0],
  ['thread.vmrss.b', undefined, 0],
  ['proc.nthreads', undefined, 3],
  ['proc.nchilds', undefined, 2],
])('%s.%s is %j', (name, argument, value) => {
  expect(readField(fieldClass, name, event, argument)).toBe(value);
});

test('memory is counted at the main thread', () => {
  const main = testEvent('SYSCALL_GETCWD_X', [0, '/'], { thread: leader, tid: 10 });
  expect(readField(fieldClass, 'thread.vmsize', main)).toBe(4);
  expect(readField(fieldClass, 'thread.vmsize.b', main)).toBe(4096);
  expect(readField(fieldClass, 'thread.vmrss.b', main)).toBe(2048);
  expect(readField(fieldClass, 'thread.ismain', main)).toBe(true);
});

test('a main thread that has ended is not among the others either', () => {
  const dead = testThread({ ...leader, flags: threadFlags.closed });
  const rest = testThread({ tid: 11, pid: 10, leader: dead, threadCount: 2 });
  expect(
    readField(fieldClass, 'proc.nchilds', testEvent('SYSCALL_GETCWD_X', [0, '/'], { thread: rest })),
  ).toBe(2);
});

test('the id has a value also when the thread is not known, but not beyond 32 bits', () => {
  expect(readField(fieldClass, 'thread.tid', testEvent('SYSCALL_GETCWD_X', [0, '/'], { tid: 5 }))).toBe(5);
  expect(readField(fieldClass, 'thread.tid', testEvent('SYSCALL_GETCWD_X', [0, '/'], { tid: -1 }))).toBe(-1);
  expect(
    readField(fieldClass, 'thread.tid', testEvent('SYSCALL_GETCWD_X', [0, '/'], { tid: 2 ** 32 })),
  ).toBeNull();
});

test('without control groups there is no value', () => {
  expect(
    readField(fieldClass, 'thread.cgroups', testEvent('SYSCALL_GETCWD_X', [0, '/'], { thread: leader })),
  ).toBeNull();
});

test('CPU time is 0 at the events that report it, as in Falco', () => {
  for (const name of ['thread.cpu', 'thread.cpu.user', 'thread.cpu.system']) {
    expect(readField(fieldClass, name, testEvent('PROCINFO_E', [60, 40], { thread: leader }))).toBe(0);
    expect(readField(fieldClass, name, testEvent('PROCINFO_E', [60, 40]))).toBeNull();
    expect(readField(fieldClass, name, event)).toBeNull();
  }
});
