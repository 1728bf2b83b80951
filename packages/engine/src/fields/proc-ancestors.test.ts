import { expect, test } from 'vitest';
import { conditionExtract, type FieldArgument } from '../field.ts';
import { fieldOf, readField, testEvent, testThread } from '../testkit/index.ts';
import type { FieldValue } from '../value.ts';
import { fieldClass } from './proc-ancestors.ts';

const init = testThread({ comm: 'systemd', exe: '/sbin/init', exePath: '/usr/lib/systemd', vpid: 1 });
const shell = testThread({
  tid: 5,
  pid: 5,
  ptid: 1,
  vpid: 55,
  comm: 'bash',
  exe: '-bash',
  exePath: '/bin/bash',
  args: ['-l'],
  env: ['TERM=xterm'],
  parent: init,
});
const child = testThread({ tid: 9, pid: 9, ptid: 5, comm: 'ls', exe: 'ls', env: ['A=1'], parent: shell });
const event = testEvent('SYSCALL_GETCWD_X', [0, '/'], { thread: child });
const orphan = testEvent('SYSCALL_GETCWD_X', [0, '/'], { thread: init });

function tested(name: string, argument?: FieldArgument, on = event): FieldValue {
  return conditionExtract(fieldOf(fieldClass, name), argument)(on, argument);
}

test.each([
  ['proc.pname', undefined, 'bash'],
  ['proc.pexe', undefined, '-bash'],
  ['proc.pexepath', undefined, '/bin/bash'],
  ['proc.pcmdline', undefined, 'bash -l'],
  ['proc.ppid', undefined, 5],
  ['proc.pvpid', undefined, 55],
  ['proc.aname', 0, 'ls'],
  ['proc.aname', 1, 'bash'],
  ['proc.aname', 2, 'systemd'],
  ['proc.aname', 3, null],
  ['proc.aname', undefined, 'bash systemd'],
  ['proc.aexe', undefined, '-bash /sbin/init'],
  ['proc.aexepath', 1, '/bin/bash'],
  ['proc.acmdline', undefined, 'bash -l systemd'],
  ['proc.aargs', undefined, '-l '],
  ['proc.aargs', 1, '-l'],
  ['proc.aargs', 2, ''],
  ['proc.apid', undefined, 9],
  ['proc.apid', 1, 5],
  ['proc.aenv', undefined, 'A=1'],
  ['proc.aenv', 1, 'TERM=xterm'],
  ['proc.aenv', 2, ''],
  ['proc.aenv', 3, null],
  ['proc.aenv', 'TERM', 'xterm'],
  ['proc.aenv', 'A', ''],
])('an output of %s[%s] is %j', (name, argument, value) => {
  expect(readField(fieldClass, name, event, argument)).toBe(value);
});

test.each([
  ['proc.aname', ['bash', 'systemd']],
  ['proc.apid', [5, 1]],
  ['proc.acmdline', ['bash -l', 'systemd']],
  ['proc.aenv', ['TERM=xterm', '']],
])('a condition on %s without index tests every ancestor', (name, values) => {
  expect(tested(name)).toEqual(values);
  expect(tested(name, undefined, orphan)).toBeNull();
});

test('a condition with an index tests that ancestor, and the joined text where there is no test of all', () => {
  expect(tested('proc.aname', 2)).toBe('systemd');
  expect(tested('proc.aargs')).toBe('-l ');
});

test('a process without known parents has no parent, and itself as ancestor 0', () => {
  expect(readField(fieldClass, 'proc.pname', orphan)).toBeNull();
  expect(readField(fieldClass, 'proc.aname', orphan)).toBeNull();
  expect(readField(fieldClass, 'proc.aname', orphan, 0)).toBe('systemd');
});

test('the login shell is the oldest process whose name ends in sh', () => {
  const sshd = testThread({ tid: 3, pid: 3, comm: 'zsh', parent: init });
  const inner = testThread({ ...shell, leader: undefined as never, parent: sshd });
  const thread = testThread({ tid: 9, pid: 9, comm: 'fish', parent: inner });
  expect(
    readField(fieldClass, 'proc.loginshellid', testEvent('SYSCALL_GETCWD_X', [0, '/'], { thread })),
  ).toBe(3);
  expect(readField(fieldClass, 'proc.loginshellid', event)).toBe(5);
  expect(readField(fieldClass, 'proc.loginshellid', orphan)).toBeNull();
});
