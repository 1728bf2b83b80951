import { expect, test } from 'vitest';
import { StateSession } from '../testkit/state-session.ts';

test.each([
  ['/srv', '/srv/'],
  ['..', '/home/'],
  ['a/b/', '/home/joe/a/b/'],
  ['/', '/'],
])('chdir to %s leads to %s', (path, directory) => {
  const session = new StateSession();
  expect(session.apply('SYSCALL_CHDIR_X', [0, path]).thread?.cwd).toBe(directory);
  expect(session.apply('SYSCALL_CHDIR_X', [-2, '/nowhere']).thread?.cwd).toBe(directory);
});

test('fchdir goes where the descriptor leads, getcwd says where that is', () => {
  const session = new StateSession();
  session.open(3, '/srv/www');
  expect(session.apply('SYSCALL_FCHDIR_X', [0, 3]).thread?.cwd).toBe('/srv/www/');
  expect(session.apply('SYSCALL_FCHDIR_X', [0, 9]).thread?.cwd).toBe('/srv/www/');
  expect(session.apply('SYSCALL_GETCWD_X', [5, '/opt']).thread?.cwd).toBe('/opt/');
});

test('threads share the directory of their process', () => {
  const session = new StateSession();
  session.clone(0, 101, { pid: 100, ptid: 1, flags: 1 << 13 });
  session.apply('SYSCALL_CHDIR_X', [0, '/srv'], { tid: 101 });
  expect(session.open(3, 'x').fd?.name).toBe('/srv/x');
});

test('chroot sets the root directory', () => {
  const session = new StateSession();
  expect(session.apply('SYSCALL_CHROOT_X', [0, '/jail']).thread?.root).toBe('/jail');
  expect(session.apply('SYSCALL_CHROOT_X', [0, '../jail']).thread?.root).toBe('/home/jail');
  expect(session.apply('SYSCALL_CHROOT_X', [-1, '/other']).thread?.root).toBe('/home/jail');
});
