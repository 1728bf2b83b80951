import { describe, expect, test } from 'vitest';
import { fdTypes } from '../state.ts';
import {
  readField,
  type TestContext,
  type TestParam,
  testEvent,
  testFd,
  testFds,
  testThread,
} from '../testkit/index.ts';
import { fieldClass } from './fs-path.ts';

const folder = testFd({ type: fdTypes.directory, name: '/var/lib' });
const thread = testThread({ cwd: '/srv/', fds: testFds({ 3: folder }) });

function paths(code: string, params: TestParam[], context: TestContext = {}): unknown[] {
  const event = testEvent(code, params, { thread, ...context });
  return fieldClass.fields.map((field) => field.extract(event, undefined));
}

const none = null;

describe('calls on one path give name and raw name', () => {
  test.each<[string, TestParam[], string, string]>([
    ['SYSCALL_MKDIR_2_X', [0, 'a/../b', 0], '/srv/b', 'a/../b'],
    ['SYSCALL_RMDIR_2_X', [0, '/a//b/'], '/a/b', '/a//b/'],
    ['SYSCALL_UNLINK_2_X', [0, 'x'], '/srv/x', 'x'],
    ['SYSCALL_CHMOD_X', [0, 'x', 0], '/srv/x', 'x'],
    ['SYSCALL_CHOWN_X', [0, 'x', 0, 0], '/srv/x', 'x'],
    ['SYSCALL_LCHOWN_X', [0, 'x', 0, 0], '/srv/x', 'x'],
    ['SYSCALL_UMOUNT_1_X', [0, '/mnt'], '/mnt', '/mnt'],
    ['SYSCALL_UMOUNT2_X', [0, 'mnt', 0], '/srv/mnt', 'mnt'],
    ['SYSCALL_OPEN_X', [3, 'x', 0, 0, 0, 0], '/srv/x', 'x'],
  ])('%s %j', (code, params, name, raw) => {
    expect(paths(code, params)).toEqual([name, raw, none, none, none, none]);
  });

  test('relative to the descriptor of a directory', () => {
    for (const code of ['SYSCALL_MKDIRAT_X', 'SYSCALL_UNLINKAT_2_X', 'SYSCALL_FCHMODAT_X']) {
      expect(paths(code, [0, 3, '../x', 0], { fd: folder })[0]).toBe('/var/x');
      expect(paths(code, [0, -100, 'x', 0])[0]).toBe('<UNKNOWN>x');
      expect(paths(code, [0, 3, 'x', 0], { fd: testFd({ name: '/var/lib' }) })[0]).toBe('<UNKNOWN>x');
    }
    expect(paths('SYSCALL_FCHOWNAT_X', [0, 3, 'x', 0, 0, 0], { fd: folder })[0]).toBe('/var/lib/x');
  });

  test('of the descriptor itself', () => {
    const fd = testFd({ name: '/etc/x' });
    expect(paths('SYSCALL_FCHMOD_X', [0, 3, 0], { fd })).toEqual([
      '/etc/x',
      '/etc/x',
      none,
      none,
      none,
      none,
    ]);
    expect(paths('SYSCALL_FCHOWN_X', [0, 3, 0, 0], { fd })[0]).toBe('/etc/x');
    expect(paths('SYSCALL_FCHOWN_X', [0, 9, 0, 0])).toEqual(['', '', none, none, none, none]);
  });

  test('openat takes the name of the descriptor that it made', () => {
    const fd = testFd({ name: '/var/lib/x' });
    expect(paths('SYSCALL_OPENAT_2_X', [4, 3, 'x', 0, 0, 0, 0], { fd })).toEqual([
      '/var/lib/x',
      'x',
      none,
      none,
      none,
      none,
    ]);
    expect(paths('SYSCALL_OPENAT_2_X', [4, 3, '/a/../x', 0, 0, 0, 0], { fd })[0]).toBe('/x');
    expect(paths('SYSCALL_OPENAT2_X', [4, 3, 'x', 0, 0, 0, 0, 0])[0]).toBe('<UNKNOWN>');
  });
});

describe('calls on two paths give source and target', () => {
  test.each<[string, TestParam[], string, string, string, string]>([
    ['SYSCALL_RENAME_X', [0, 'a', '/b'], '/srv/a', 'a', '/b', '/b'],
    ['SYSCALL_RENAMEAT_X', [0, 3, 'a', 3, 'b'], '/srv/a', 'a', '/srv/b', 'b'],
    ['SYSCALL_RENAMEAT2_X', [0, 3, 'a', -100, 'b', 0], '/var/lib/a', 'a', '/srv/b', 'b'],
    ['SYSCALL_RENAMEAT2_X', [0, 9, 'a', 3, 'b', 0], '<UNKNOWN>a', 'a', '/var/lib/b', 'b'],
    ['SYSCALL_LINK_2_X', [0, 'old', 'new'], '/srv/new', 'new', '/srv/old', 'old'],
    ['SYSCALL_LINKAT_2_X', [0, 3, 'old', 3, 'new', 0], '/srv/new', 'new', '/srv/old', 'old'],
    ['SYSCALL_SYMLINK_X', [0, 'target', 'link'], '/srv/link', 'link', '/srv/target', 'target'],
    ['SYSCALL_MOUNT_X', [0, '/dev/sda', 'mnt', 'ext4', 0], '/dev/sda', '/dev/sda', '/srv/mnt', 'mnt'],
  ])('%s %j', (code, params, source, sourceRaw, target, targetRaw) => {
    expect(paths(code, params)).toEqual([none, none, source, sourceRaw, target, targetRaw]);
  });

  test('symlinkat knows where the link is, not where the target starts', () => {
    expect(paths('SYSCALL_SYMLINKAT_X', [0, 'target', 3, 'link'], { fd: folder })).toEqual([
      none,
      none,
      '/var/lib/link',
      'link',
      '<UNKNOWN>target',
      'target',
    ]);
  });
});

test('a call that failed has no path; an open only when it returned exactly -1', () => {
  expect(paths('SYSCALL_RENAME_X', [-2, 'a', 'b'])).toEqual([none, none, none, none, none, none]);
  expect(paths('SYSCALL_OPEN_X', [-1, '/x', 0, 0, 0, 0])[0]).toBeNull();
  expect(paths('SYSCALL_OPEN_X', [-2, '/x', 0, 0, 0, 0])[0]).toBe('/x');
  expect(paths('SYSCALL_OPEN_X', [null, '/x', 0, 0, 0, 0])[0]).toBeNull();
});

test('a path that could not be read is <NA>, one that an old event lacks is no value', () => {
  expect(paths('SYSCALL_RENAME_X', [0, null, '(NULL)'])).toEqual([
    none,
    none,
    '/srv/<NA>',
    '<NA>',
    '/srv/<NA>',
    '<NA>',
  ]);
  expect(paths('SYSCALL_RENAME_X', [0, 'a'])).toEqual([none, none, '/srv/a', 'a', none, none]);
  expect(paths('SYSCALL_READ_X', [1, 'a', 3, 1])).toEqual([none, none, none, none, none, none]);
});

test('without a thread only the raw paths are known', () => {
  expect(paths('SYSCALL_RENAME_X', [0, '/a', '/b'], { thread: null })).toEqual([
    none,
    none,
    none,
    '/a',
    none,
    '/b',
  ]);
  expect(readField(fieldClass, 'fs.path.name', testEvent('SYSCALL_FCHMOD_X', [0, 3, 0]))).toBeNull();
});
