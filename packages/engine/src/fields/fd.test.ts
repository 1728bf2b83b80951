import { describe, expect, test } from 'vitest';
import { fdTypes } from '../state.ts';
import {
  readField,
  socktuple,
  type TestContext,
  type TestParam,
  testEvent,
  testFd,
  testFds,
  testThread,
} from '../testkit/index.ts';
import type { FieldValue } from '../value.ts';
import { fieldClass } from './fd.ts';

const file = testFd({
  name: '/etc/passwd',
  nameRaw: '..//etc//passwd',
  dev: 0x12_3456,
  ino: 2n ** 63n + 1n,
  isUpperLayer: true,
});
const directory = testFd({ type: fdTypes.directory, name: '/etc' });
const pipe = testFd({ type: fdTypes.fifo, name: 'pipe:[5]' });
const thread = testThread({
  tid: 7,
  pid: 7,
  cwd: '/srv/',
  containerId: 'c1',
  fds: testFds({ 3: file, 4: pipe, 5: pipe }),
});

function read(
  name: string,
  context: TestContext,
  code = 'SYSCALL_READ_X',
  params: TestParam[] = [1, 'a', 3, 1],
): FieldValue {
  return readField(fieldClass, name, testEvent(code, params, { thread, ...context }));
}

test.each([
  ['fd.num', 3],
  ['fd.type', 'file'],
  ['fd.typechar', 'f'],
  ['fd.name', '/etc/passwd'],
  ['fd.nameraw', '../etc/passwd'],
  ['fd.directory', '/etc'],
  ['fd.filename', 'passwd'],
  ['fd.uid', '73'],
  ['fd.containername', 'c1:/etc/passwd'],
  ['fd.containerdirectory', 'c1:/etc'],
  ['fd.dev', 0x12_3456],
  ['fd.dev.major', 0x234],
  ['fd.dev.minor', 0x156],
  ['fd.ino', -(2n ** 63n) + 1n],
  ['fd.connected', false],
  ['fd.name_changed', false],
  ['fd.is_upper_layer', true],
  ['fd.is_lower_layer', false],
])('%s of a file is %s', (name, value) => {
  expect(read(name, { fd: file, fdNum: 3 })).toBe(value);
});

test('every kind has its name and letter', () => {
  const named = Object.entries(fdTypes).map(([kind, type]) => {
    const context = { fd: testFd({ type }) };
    return `${kind} ${String(read('fd.type', context))} ${String(read('fd.typechar', context))}`;
  });
  expect(named).toEqual([
    'unknown <NA> o',
    'file file f',
    'directory directory d',
    'ipv4 ipv4 4',
    'ipv6 ipv6 6',
    'ipv4Server ipv4 4',
    'ipv6Server ipv6 6',
    'fifo pipe p',
    'unix unix u',
    'event event e',
    'unsupported <NA> X',
    'signalfd signalfd s',
    'eventpoll eventpoll l',
    'inotify inotify i',
    'timerfd timerfd t',
    'netlink netlink n',
    'fileV2 file f',
    'bpf bpf b',
    'userfaultfd userfaultfd u',
    'ioUring io_uring r',
    'memfd memfd m',
    'pidfd pidfd P',
  ]);
});

test.each([
  ['/etc/passwd', '/etc', 'passwd'],
  ['/passwd', '/', 'passwd'],
  ['passwd', '/', '/'],
  ['/a/b/', '/a/b/', '/a/b/'],
  ['', '/', '/'],
])('%j lies in %j and is called %j', (name, folder, base) => {
  expect(read('fd.directory', { fd: testFd({ name }) })).toBe(folder);
  expect(read('fd.filename', { fd: testFd({ name }) })).toBe(base);
});

test('a directory is its own directory, and nothing else but files has one', () => {
  expect(read('fd.directory', { fd: directory })).toBe('/etc');
  expect(read('fd.filename', { fd: directory })).toBeNull();
  expect(read('fd.directory', { fd: pipe })).toBeNull();
  expect(read('fd.containerdirectory', { fd: pipe })).toBeNull();
});

test('an event that has nothing to do with descriptors has no field of this class', () => {
  const event = testEvent('SYSCALL_GETCWD_X', [0, '/'], { thread, fd: file, fdNum: 3 });
  const values = fieldClass.fields.map((field) => field.extract(event, undefined));
  expect(new Set(values)).toEqual(new Set([null]));
});

test('an event of an unknown thread has none either', () => {
  const event = testEvent('SYSCALL_READ_X', [1, 'a', 3, 1], { fdNum: 3 });
  expect(new Set(fieldClass.fields.map((field) => field.extract(event, undefined)))).toEqual(new Set([null]));
});

describe('the name of a descriptor that was not made', () => {
  const tuple = socktuple('1.2.3.4', 5, '6.7.8.9', 80);
  test.each<[string, TestParam[], FieldValue, FieldValue]>([
    ['SYSCALL_OPEN_X', [-2, 'a/../b', 0, 0, 0, 0], '/srv/b', '/srv/b'],
    ['SYSCALL_OPEN_X', [-2, '/a//../b', 0, 0, 0, 0], '/a//../b', '/a/../b'],
    ['SYSCALL_OPEN_X', [-2, null, 0, 0, 0, 0], '<NA>', '<NA>'],
    ['SYSCALL_CREAT_X', [-2, 'x', 0, 0, 0, 0], '/srv/x', '/srv/x'],
    ['SYSCALL_OPENAT_2_X', [-2, -100, 'a//b', 0, 0, 0, 0], '/srv/a/b', 'a/b'],
    ['SYSCALL_OPENAT_2_X', [-2, 9, 'a', 0, 0, 0, 0], '<UNKNOWN>a', 'a'],
    ['SYSCALL_OPENAT_2_X', [-2, 3, 'a', 0, 0, 0, 0], '/etc/passwd/a', 'a'],
    ['SYSCALL_OPENAT_2_X', [-2, -100, null, 0, 0, 0, 0], null, null],
    ['SYSCALL_OPENAT_2_X', [-2, -100, '(NULL)', 0, 0, 0, 0], '/srv/<NA>', '<NA>'],
    ['SYSCALL_OPEN_BY_HANDLE_AT_X', [-2, 3, 0, null, 0, 0], '<NA>', '<NA>'],
    ['SYSCALL_OPENAT2_X', [-2, null, 'a', 0, 0, 0, 0, 0], null, 'a'],
    ['SYSCALL_OPEN_BY_HANDLE_AT_X', [-2, 3, 0, '/h', 0, 0], '/h', '/h'],
    ['SOCKET_ACCEPT4_6_X', [-11, tuple, 0, 0, 0, 0], '1.2.3.4:5->6.7.8.9:80', '1.2.3.4:5->6.7.8.9:80'],
    ['SOCKET_CONNECT_X', [-111, tuple, 3, null], '1.2.3.4:5->6.7.8.9:80', '1.2.3.4:5->6.7.8.9:80'],
    ['SYSCALL_READ_X', [-9, '', 9, 1], '', ''],
    ['SYSCALL_OPEN_E', ['a', 0, 0], null, null],
  ])('%s %j is %j, raw %j', (code, params, name, raw) => {
    expect(read('fd.name', {}, code, params)).toBe(name);
    expect(read('fd.nameraw', {}, code, params)).toBe(raw);
  });

  test('gives the directory too', () => {
    expect(read('fd.directory', {}, 'SYSCALL_OPEN_X', [-2, 'a/b', 0, 0, 0, 0])).toBe('/srv/a');
    expect(read('fd.type', {}, 'SYSCALL_OPEN_X', [-2, 'a/b', 0, 0, 0, 0])).toBeNull();
  });

  test.each([
    ['SYSCALL_OPENAT_2_X', [-2, -100, 'a', 0, 0, 0, 0], 'f'],
    ['SYSCALL_OPEN_X', [-2, 'a', 0, 0, 0, 0], 'o'],
    ['SOCKET_SOCKET_X', [-1, 2, 1, 0], '4'],
    ['SYSCALL_PIPE2_X', [-1, 0, 0, 0, 0], 'p'],
    ['SYSCALL_EVENTFD_X', [-1, 0, 0], 'e'],
    ['SYSCALL_TIMERFD_CREATE_X', [-1, 0, 0], 't'],
  ])('%s gives its letter', (code, params, letter) => {
    expect(read('fd.typechar', {}, code, params)).toBe(letter);
  });
});

test('kinds of all descriptors come once each, or that of one', () => {
  const event = testEvent('SYSCALL_READ_X', [1, 'a', 3, 1], { thread });
  expect(readField(fieldClass, 'fd.types', event)).toEqual(['file', 'pipe']);
  expect(readField(fieldClass, 'fd.types', event, 4)).toEqual(['pipe']);
  expect(readField(fieldClass, 'fd.types', event, 9)).toBeNull();
});
