import { fdTypes, type LiveDetails } from '@lanner/engine';
import { expect, test } from 'vitest';
import { StateSession } from '../testkit/state-session.ts';

const file = 0o100000;
const directory = 0o040000;
const socket = 0o140000;

function startsAt(...paths: readonly (string | null)[]): Partial<LiveDetails> {
  return { directory: (place) => paths[place] ?? null, fileType: 0 };
}

function uses(fileType: number, kernelPath: string | null, inode = 77n, device = 5): Partial<LiveDetails> {
  return { directory: () => null, fileType, kernelPath, inode, device };
}

test('a relative path starts where the kernel says, and so does the process from then on', () => {
  const session = new StateSession();
  const event = session.apply('SYSCALL_OPENAT_2_X', [3, -100, 'shadow', 1, 0, 5, 77], {
    live: startsAt('/etc'),
  });
  expect(event.fd?.name).toBe('/etc/shadow');
  expect(event.thread?.leader.cwd).toBe('/etc/');
  expect(session.open(4, 'hosts').fd?.name).toBe('/etc/hosts');
  session.apply('SYSCALL_OPENAT_2_X', [5, -100, 'x', 1, 0, 5, 77], { live: startsAt('/') });
  expect(session.fdOf(5)?.name).toBe('/x');
});

test('a directory whose open nobody has seen is known by its descriptor, and a renamed one by its new name', () => {
  const session = new StateSession();
  const at = (fd: number, live: Partial<LiveDetails>): string | undefined =>
    session.apply('SYSCALL_OPENAT_2_X', [fd, 9, 'shadow', 1, 0, 5, 77], { live }).fd?.name;
  expect(at(3, startsAt('/etc'))).toBe('/etc/shadow');
  expect(session.fdOf(9)).toMatchObject({ name: '/etc', type: fdTypes.directory });
  expect(at(4, startsAt('/etc.old'))).toBe('/etc.old/shadow');
  // Nothing is said of an absolute path.
  expect(
    session.apply('SYSCALL_OPENAT_2_X', [5, 8, '/tmp/x', 1, 0, 5, 77], { live: startsAt() }).fd?.name,
  ).toBe('/tmp/x');
  expect(session.fdOf(8)).toBeNull();
});

test('calls with two paths have two directories', () => {
  const session = new StateSession();
  session.apply('SYSCALL_RENAMEAT2_X', [0, 8, 'a', 9, 'b', 0], { live: startsAt('/one', '/two') });
  expect([session.fdOf(8)?.name, session.fdOf(9)?.name]).toEqual(['/one', '/two']);
});

test('a change of the working directory leads where the kernel says, also by a link', () => {
  const session = new StateSession();
  const event = session.apply('SYSCALL_CHDIR_X', [0, '/tmp/link'], { live: startsAt('/etc') });
  expect(event.thread?.leader.cwd).toBe('/etc/');
  session.apply('SYSCALL_CHDIR_X', [-2, 'none'], { live: startsAt('/etc') });
  expect(session.state.thread(100)?.cwd).toBe('/etc/');
  session.apply('SYSCALL_CHDIR_X', [0, 'ssl']);
  expect(session.state.thread(100)?.cwd).toBe('/etc/ssl/');
});

test('a descriptor of the same file keeps the name by which it was opened', () => {
  const session = new StateSession();
  session.open(3, '/tmp/link');
  const event = session.apply('SYSCALL_READ_X', [5, 'root:', 3, 5], { live: uses(file, '/etc/shadow') });
  expect(event.fd?.name).toBe('/tmp/link');
  expect(session.state.stats().nVerifiedFds).toBe(0);
});

test('one that leads to another file, or that is not known, has the name that the kernel gives', () => {
  const session = new StateSession();
  session.open(3, '/tmp/x');
  const read = (fd: number, live: Partial<LiveDetails>): string | undefined =>
    session.apply('SYSCALL_READ_X', [5, 'root:', fd, 5], { live }).fd?.name;
  expect(read(3, uses(file, '/etc/shadow', 78n))).toBe('/etc/shadow');
  expect(session.fdOf(3)).toMatchObject({ type: fdTypes.fileV2, dev: 5, ino: 78 });
  expect(read(4, uses(directory, '/etc', 2n ** 60n))).toBe('/etc');
  expect(session.fdOf(4)).toMatchObject({ type: fdTypes.directory, ino: 2n ** 60n });
  expect(read(4, uses(file, '/etc/shadow', 2n ** 60n, 6))).toBe('/etc/shadow');
  expect(session.state.stats().nVerifiedFds).toBe(3);
});

test('a file that has become something else is forgotten; what is no file is left alone', () => {
  const session = new StateSession();
  session.open(3, '/tmp/x');
  expect(session.apply('SYSCALL_READ_X', [5, 'x', 3, 5], { live: uses(socket, null) }).fd).toBeNull();
  session.apply('SYSCALL_MEMFD_CREATE_X', [4, 'm', 0]);
  expect(session.apply('SYSCALL_WRITE_X', [5, 'x', 4, 5], { live: uses(file, 'memfd:m') }).fd?.type).toBe(
    fdTypes.memfd,
  );
  expect(session.apply('SYSCALL_READ_X', [5, 'x', 7, 5], { live: uses(0, null) }).fd).toBeNull();
});

test('an empty path is about the descriptor, which stays the file that it is', () => {
  const session = new StateSession();
  session.open(3, '/lib/x.so');
  session.apply('SYSCALL_NEWFSTATAT_X', [0, 3, '', 4096], { live: startsAt('/usr/lib/x.so.6') });
  expect(session.fdOf(3)).toMatchObject({ name: '/lib/x.so', type: fdTypes.fileV2 });
});

test('a device stays the file as which it was opened', () => {
  const session = new StateSession();
  session.open(3, '/dev/null');
  session.apply('SYSCALL_FCNTL_X', [0, 3, 0, 0], { live: uses(0o020000, '/dev/null') });
  expect(session.fdOf(3)?.name).toBe('/dev/null');
});

test('a device where an unseen close has left a file is not that file', () => {
  const session = new StateSession();
  session.open(1, '/etc/passwd');
  session.apply('SYSCALL_WRITE_X', [5, 'x', 1, 5], { live: uses(0o020000, '/dev/null', 4n, 6) });
  expect(session.fdOf(1)).toBeNull();
});

test('what is to be as in a replay is taken from events alone', () => {
  const session = new StateSession();
  session.state.trustsKernel = false;
  session.apply('SYSCALL_CHDIR_X', [0, '/tmp/link'], { live: startsAt('/etc') });
  expect(session.state.thread(100)?.cwd).toBe('/tmp/link/');
  session.open(3, '/lib/x.so');
  session.apply('SYSCALL_FCNTL_X', [0, 3, 0, 0], { live: uses(file, '/usr/lib/other') });
  expect(session.fdOf(3)?.name).toBe('/lib/x.so');
});
