import { expect, test } from 'vitest';
import { fdTypes } from '../state.ts';
import { readField, testEvent, testFd, testFds, testThread } from '../testkit/index.ts';
import { fieldClass } from './proc-fds.ts';

const fds = testFds({
  0: testFd({ name: '/dev/null' }),
  1: testFd({ type: fdTypes.fifo, name: 'pipe:[7]' }),
});
const leader = testThread({ fdLimit: 8, fds });
const event = testEvent('SYSCALL_GETCWD_X', [0, '/'], {
  thread: testThread({ tid: 2, leader, fdLimit: 99, fds }),
});

test.each([
  ['proc.fdopencount', 2],
  ['proc.fdlimit', 8],
  ['proc.fdusage', 25],
  ['proc.stdin.type', 'file'],
  ['proc.stdin.name', '/dev/null'],
  ['proc.stdout.type', 'pipe'],
  ['proc.stdout.name', 'pipe:[7]'],
  ['proc.stderr.type', null],
  ['proc.stderr.name', null],
])('%s of a thread is that of its process: %j', (name, value) => {
  expect(readField(fieldClass, name, event)).toBe(value);
});

test('usage is full beyond the limit, and nothing without one', () => {
  const usage = (fdLimit: number): unknown =>
    readField(
      fieldClass,
      'proc.fdusage',
      testEvent('SYSCALL_GETCWD_X', [0, '/'], { thread: testThread({ fdLimit, fds }) }),
    );
  expect([usage(1), usage(0), usage(-1)]).toEqual([100, 0, 0]);
});
