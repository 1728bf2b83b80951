import { fdTypes } from '@lanner/engine';
import { expect, test } from 'vitest';
import { bashTid, StateSession } from '../testkit/state-session.ts';

test.each([
  ['openat', 'SYSCALL_OPENAT_2_X', [3, -100, '../x', 1, 0, 5, 77]],
  ['openat2', 'SYSCALL_OPENAT2_X', [3, -100, '../x', 1, 0, 0, 5, 77]],
  ['open', 'SYSCALL_OPEN_X', [3, '../x', 1, 0, 5, 77]],
  ['creat', 'SYSCALL_CREAT_X', [3, '../x', 0, 5, 77, 0]],
] as const)('%s makes a file whose name is resolved against the working directory', (_, code, params) => {
  const session = new StateSession();
  const { fd, fdNum } = session.apply(code, params);
  expect(fdNum).toBe(3);
  expect(fd).toMatchObject({
    type: fdTypes.fileV2,
    name: '/home/x',
    nameRaw: '../x',
    nameChanged: true,
    dev: 5,
    ino: 77,
  });
  expect(session.fdOf(3)).toBe(fd);
});

test('a path relative to a directory’s descriptor starts there', () => {
  const session = new StateSession();
  session.apply('SYSCALL_OPENAT_2_X', [4, -100, '/srv', 1 << 10, 0, 5, 77]);
  expect(session.fdOf(4)?.type).toBe(fdTypes.directory);
  expect(session.apply('SYSCALL_OPENAT_2_X', [5, 4, 'a/./b', 1, 0, 5, 77]).fd?.name).toBe('/srv/a/b');
  expect(session.apply('SYSCALL_OPENAT_2_X', [6, 9, 'a', 1, 0, 5, 77]).fd?.name).toBe('<UNKNOWN>a');
  expect(session.apply('SYSCALL_OPENAT_2_X', [7, 9, '/a', 1, 0, 5, 77]).fd?.name).toBe('/a');
});

test('a directory that is renamed by a later open does not move what was opened in it', () => {
  const session = new StateSession();
  session.apply('SYSCALL_OPENAT_2_X', [4, -100, '/srv', 1 << 10, 0, 5, 77]);
  session.apply('SYSCALL_OPENAT_2_X', [5, 4, 'a', 1, 0, 5, 77]);
  session.apply('SYSCALL_OPENAT_2_X', [4, -100, '/tmp', 1 << 10, 0, 5, 77]);
  expect(session.fdOf(5)?.name).toBe('/srv/a');
});

test('a failed open makes nothing', () => {
  const session = new StateSession();
  expect(session.apply('SYSCALL_OPENAT_2_X', [-2, -100, '/x', 1, 0, null, null])).toMatchObject({
    fd: null,
    fdNum: -1,
  });
});

test('the layers of an overlay file system show in the flags, for creat in a parameter of its own', () => {
  const session = new StateSession();
  const upper = session.apply('SYSCALL_OPENAT_2_X', [3, -100, '/x', 1 | (1 << 15), 0, 5, 77]).fd;
  expect([upper?.isUpperLayer, upper?.isLowerLayer]).toEqual([true, false]);
  const lower = session.apply('SYSCALL_CREAT_X', [3, '/x', 0, 5, 77, 2]).fd;
  expect([lower?.isUpperLayer, lower?.isLowerLayer]).toEqual([false, true]);
});

test('open_by_handle_at has its path from the kernel', () => {
  const session = new StateSession();
  const { fd } = session.apply('SYSCALL_OPEN_BY_HANDLE_AT_X', [3, 9, 1, '/a//b', 5, 77]);
  expect(fd?.name).toBe('/a/b');
});

test('what the call asked for at its start counts, with what the driver added at its end', () => {
  const session = new StateSession();
  session.apply('SYSCALL_OPENAT_2_E', [-100, '/real', 1, 0]);
  const { fd } = session.apply('SYSCALL_OPENAT_2_X', [3, -100, '/forged', 2 | (1 << 14), 0, 5, 77]);
  expect(fd).toMatchObject({ name: '/real', openFlags: 1 | (1 << 14) });
  session.apply('SYSCALL_OPEN_E', ['<NA>', 1, 0]);
  expect(session.apply('SYSCALL_OPEN_X', [4, '/x', 3, 0, 5, 77]).fd).toMatchObject({
    name: '/x',
    openFlags: 3,
  });
});

test('an enter event counts for the next event of its thread only', () => {
  const session = new StateSession();
  session.apply('SYSCALL_OPENAT_2_E', [-100, '/real', 1, 0]);
  session.apply('SYSCALL_GETUID_X', [0], { tid: 1 });
  session.apply('SYSCALL_GETUID_X', [0]);
  expect(session.apply('SYSCALL_OPENAT_2_X', [3, -100, '/x', 1, 0, 5, 77]).fd?.name).toBe('/x');
  session.apply('SYSCALL_OPENAT_2_E', [-100, '/real', 1, 0]);
  session.apply('SIGNALDELIVER_E', [1, bashTid, 9]);
  expect(session.apply('SYSCALL_OPENAT_2_X', [3, -100, '/x', 1, 0, 5, 77]).fd?.name).toBe('/x');
  expect(session.state.stats()).toMatchObject({ nStoredEvts: 2, nRetrievedEvts: 0 });
});

test('a path that could not be read is <NA>', () => {
  const session = new StateSession();
  expect(session.apply('SYSCALL_OPENAT_2_X', [3, -100, null, 1, 0, 5, 77]).fd).toMatchObject({
    name: '/home/joe/<NA>',
    nameRaw: '<NA>',
  });
  expect(session.apply('SYSCALL_OPENAT_2_X', [3, null, 'a', 1, 0, 5, 77]).fd?.name).toBe('a');
});
