import { fdTypes } from '@lanner/engine';
import { expect, test } from 'vitest';
import { FdEntry } from './fd-entry.ts';
import { PathText } from './path-text.ts';

test('a name is resolved when somebody asks, and changed as seen from the event that looked', () => {
  const fd = new FdEntry(fdTypes.fileV2);
  fd.setPath(new PathText('../x'), '/a/b/');
  expect([fd.name, fd.nameRaw, fd.nameChanged]).toEqual(['/a/x', '../x', true]);
  fd.markSeen();
  expect(fd.nameChanged).toBe(false);
  fd.rename('/a/x');
  expect(fd.nameChanged).toBe(false);
  fd.rename('/y');
  expect([fd.name, fd.nameChanged]).toEqual(['/y', true]);
});

test.each([
  [0, 0, 0],
  [-1, 0, 0xffff_ffff],
  [5, 1, 2 ** 32 + 5],
  [-1, 0x1f_ffff, Number.MAX_SAFE_INTEGER],
  [1, -1, 0xffff_ffff_0000_0001n],
])('halves %d and %d are the inode %s', (low, high, inode) => {
  const fd = new FdEntry(fdTypes.fileV2);
  fd.setInode(low, high);
  expect(fd.ino).toBe(inode);
});

test('a copy has everything but the change of the name, and goes its own way', () => {
  const fd = new FdEntry(fdTypes.ipv4, 4096);
  fd.rename('a');
  fd.markServer();
  fd.markConnected();
  fd.ends[0] = 0x0100_007f;
  fd.dev = 8;
  const copy = fd.copy();
  copy.ends[0] = 0;
  copy.rename('b');
  copy.clearCloseOnExec();
  expect([fd.name, fd.sip, fd.isCloseOnExec]).toEqual(['a', '\x7f\0\0\x01', true]);
  expect([copy.isServer, copy.isConnected, copy.isClient, copy.dev, copy.isCloseOnExec]).toEqual([
    true,
    true,
    false,
    8,
    false,
  ]);
});

test('what closes a descriptor at an execve depends on its kind', () => {
  expect(new FdEntry(fdTypes.eventpoll, 1).isCloseOnExec).toBe(true);
  expect(new FdEntry(fdTypes.memfd, 1).isCloseOnExec).toBe(true);
  expect(new FdEntry(fdTypes.fileV2, 1).isCloseOnExec).toBe(false);
});
