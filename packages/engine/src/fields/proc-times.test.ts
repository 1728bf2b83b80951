import { expect, test } from 'vitest';
import { readField, testEvent, testFd, testFds, testThread } from '../testkit/index.ts';
import { fieldClass } from './proc-times.ts';

const second = 1_000_000_000n;
const parent = testThread({ cloneTs: 100n * second });
const thread = testThread({
  tid: 2,
  pid: 2,
  parent,
  cloneTs: 200n * second,
  exeInode: 77n,
  exeInodeCtime: 150n * second,
  exeInodeMtime: 10_969_221_544_854_775_808n,
  exeCtimeToCloneNs: 50n * second,
});
const event = testEvent('SYSCALL_GETCWD_X', [0, '/'], { thread, ts: 203n * second });

test.each([
  ['proc.duration', 3e9],
  ['proc.ppid.duration', 103e9],
  ['proc.pid.ts', 200e9],
  ['proc.ppid.ts', 100e9],
  ['proc.exe_ino', 77],
  ['proc.exe_ino.ctime', 150e9],
  ['proc.exe_ino.mtime', 10_969_221_544_854_775_808n],
  ['proc.exe_ino.ctime_duration_proc_start', 50e9],
  ['proc.exe_ino.ctime_duration_pidns_start', null],
  ['proc.pidns_init_start_ts', null],
])('%s is %s', (name, value) => {
  expect(readField(fieldClass, name, event)).toBe(value);
});

test('a creation time that is not known is no value; of the parent it is 0', () => {
  const old = testThread({
    tid: 2,
    pid: 2,
    parent: testThread(),
    fds: testFds({ 0: testFd(), 4: testFd() }),
  });
  const unknown = testEvent('SYSCALL_GETCWD_X', [0, '/'], { thread: old });
  expect(readField(fieldClass, 'proc.duration', unknown)).toBeNull();
  expect(readField(fieldClass, 'proc.pid.ts', unknown)).toBeNull();
  expect(readField(fieldClass, 'proc.ppid.ts', unknown)).toBe(0);
  // As in Falco, the count of descriptors stands in for the age of such a parent.
  expect(readField(fieldClass, 'proc.ppid.duration', unknown)).toBe(2);
});

test('an event older than its process gives the age that 64 bits wrap around to', () => {
  const early = testEvent('SYSCALL_GETCWD_X', [0, '/'], { thread, ts: 200n * second - 1n });
  expect(readField(fieldClass, 'proc.duration', early)).toBe(2n ** 64n - 1n);
});
