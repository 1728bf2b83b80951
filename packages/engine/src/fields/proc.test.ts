import { expect, test } from 'vitest';
import { readField, testEvent, testThread } from '../testkit/index.ts';
import { fieldClass } from './proc.ts';

const thread = testThread({
  tid: 7,
  pid: 7,
  vpid: 3,
  sid: 3,
  vpgid: 4,
  pgid: 7,
  comm: 'curl',
  exe: './curl',
  exePath: '/usr/bin/curl',
  args: ['-s', 'http://x'],
  env: ['A=1', 'B= two '],
  cwd: '/srv/',
  exeWritable: true,
});
const event = testEvent('SYSCALL_GETCWD_X', [0, '/srv'], { thread, tid: 7 });

test.each([
  ['proc.name', 'curl'],
  ['proc.exe', './curl'],
  ['proc.exepath', '/usr/bin/curl'],
  ['proc.args', '-s http://x'],
  ['proc.cmdline', 'curl -s http://x'],
  ['proc.exeline', './curl -s http://x'],
  ['proc.cmdnargs', 2],
  ['proc.cmdlenargs', 10],
  ['proc.env', 'A=1 B= two '],
  ['proc.cwd', '/srv/'],
  ['proc.pid', 7],
  ['proc.vpid', 3],
  ['proc.is_sid_leader', true],
  ['proc.is_vpgid_leader', false],
  ['proc.is_pgid_leader', true],
  ['proc.is_exe_writable', true],
])('%s is %j', (name, value) => {
  expect(readField(fieldClass, name, event)).toBe(value);
});

test('an argument is chosen by index, one that is not there is empty', () => {
  expect(readField(fieldClass, 'proc.args', event, 1)).toBe('http://x');
  expect(readField(fieldClass, 'proc.args', event, 2)).toBe('');
});

test('a variable is chosen by name; digits choose nothing', () => {
  expect(readField(fieldClass, 'proc.env', event, 'B')).toBe('two');
  expect(readField(fieldClass, 'proc.env', event, 'C')).toBe('');
  expect(readField(fieldClass, 'proc.env', event, '0')).toBe('A=1 B= two ');
});

test('no field has a value when the thread is not known', () => {
  const unknown = testEvent('SYSCALL_GETCWD_X', [0, '/srv']);
  expect(
    fieldClass.fields.map((field) => field.extract(unknown, undefined)).filter((value) => value !== null),
  ).toEqual([]);
});

test('an id that is not set is no value where Falco says so, and -1 elsewhere', () => {
  const unset = testEvent('SYSCALL_GETCWD_X', [0, '/'], { thread: testThread({ vpid: -1 }) });
  expect(readField(fieldClass, 'proc.vpid', unset)).toBeNull();
  expect(readField(fieldClass, 'proc.sid', unset)).toBe(-1);
});

test('without arguments the exeline keeps the space behind the first word', () => {
  const plain = testEvent('SYSCALL_GETCWD_X', [0, '/'], { thread: testThread({ exe: 'ls' }) });
  expect(readField(fieldClass, 'proc.exeline', plain)).toBe('ls ');
});

test('a process id beyond 32 bits is not of this host', () => {
  const foreign = testEvent('SYSCALL_GETCWD_X', [0, '/'], {
    thread: testThread({ tid: 2 ** 32, pid: 2 ** 32 }),
  });
  expect(readField(fieldClass, 'proc.pid', foreign)).toBeNull();
});
