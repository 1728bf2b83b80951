import { fdTypes, threadFlags } from '@lanner/engine';
import { expect, test } from 'vitest';
import { bashTid, initTid, StateSession, startTs } from '../testkit/state-session.ts';

const cloneThread = 1 << 13;
const cloneVfork = 1 << 27;
const cloneParent = 1 << 8;
const newPid = 1 << 6;
const second = 1_000_000_000n;

test('the parent’s event makes the child, from what the parent is and what the event says', () => {
  const session = new StateSession();
  session.open(3, '/f');
  session.apply('SYSCALL_SETSID_X', [77]);
  const event = session.clone(300, bashTid, { comm: 'kid', cgroups: ['mem_cgroup=/x'] });
  expect(event.thread?.tid).toBe(bashTid);
  const child = session.state.thread(300);
  expect(child).toMatchObject({
    pid: 300,
    ptid: bashTid,
    vtid: 300,
    vpid: 300,
    comm: 'kid',
    exe: '/bin/child',
    args: ['a', 'b'],
    cmdline: 'kid a b',
    cwd: '/home/joe/',
    env: ['PATH=/bin'],
    exePath: '/bin/bash',
    sid: 77,
    uid: 1000,
    fdLimit: 1024,
    majorFaults: 1,
    vmSwapKb: 5,
    cloneTs: event.ts,
    cgroups: [['memory', '/x']],
  });
  expect(child?.fds.get(3)?.name).toBe('/f');
  expect(child?.parent?.comm).toBe('bash');
  expect(session.state.thread(bashTid)?.childCount).toBe(1);
});

test('the child’s event finds the child of the parent’s, or makes it', () => {
  const session = new StateSession();
  session.clone(300, bashTid, { comm: 'first' });
  expect(session.clone(0, 300, { comm: 'second' }).thread?.comm).toBe('first');
  expect(session.clone(0, 301, { comm: 'second' }).thread).toMatchObject({ comm: 'second', ptid: bashTid });
  // The parent then has nothing to add.
  session.clone(301, bashTid, { comm: 'third' });
  expect(session.state.thread(301)?.comm).toBe('second');
});

test('a child that is too old to be this one is replaced', () => {
  const session = new StateSession();
  session.clone(0, 300, { comm: 'old', ts: startTs + second });
  expect(session.clone(0, 300, { comm: 'new', ts: startTs + 4n * second }).thread?.comm).toBe('new');
  session.clone(301, bashTid, { comm: 'old', ts: startTs + 5n * second });
  session.clone(301, bashTid, { comm: 'new', ts: startTs + 6n * second });
  expect(session.state.thread(301)?.comm).toBe('new');
});

test('a thread has the parent, the descriptors and the directory of its process', () => {
  const session = new StateSession();
  const flags = cloneThread;
  session.clone(101, bashTid, { flags });
  const thread = session.state.thread(101);
  expect(thread).toMatchObject({ pid: bashTid, ptid: initTid, cwd: '', env: [], threadCount: 2 });
  session.open(5, '/x', { tid: 101 });
  expect(session.fdOf(5)?.name).toBe('/x');
  expect(session.clone(0, 102, { flags, pid: bashTid, ptid: initTid }).thread).toMatchObject({
    threadCount: 3,
    leader: { tid: bashTid },
  });
});

test.each([
  ['in a pid namespace', threadFlags.childInPidns],
  ['with a new pid namespace', newPid],
  ['with CLONE_PARENT', cloneParent],
  ['with CLONE_VFORK', cloneVfork],
])('the parent leaves a child %s to the child’s own event', (_, flags) => {
  const session = new StateSession();
  session.clone(300, bashTid, { flags });
  expect(session.state.thread(300)).toBeNull();
});

test('so it does after vfork, and from inside a container', () => {
  const session = new StateSession();
  session.clone(300, bashTid, { code: 'SYSCALL_VFORK_20_X' });
  session.clone(0, 400, { vtid: 7, vpid: 7 });
  session.clone(8, 400);
  expect([session.state.thread(300), session.state.thread(8)]).toEqual([null, null]);
});

test('a child that has already exited does not come back', () => {
  const session = new StateSession();
  session.clone(0, 300);
  session.apply('PROCEXIT_1_E', [0, 0, 0, 0, 0], { tid: 300 });
  session.clone(300, bashTid);
  expect(session.state.thread(300)).toBeNull();
});

test('a caller that nothing was known of is completed from its event', () => {
  const session = new StateSession();
  session.apply('SYSCALL_GETUID_X', [0], { tid: 500 });
  session.clone(501, 500, { pid: 500, ptid: bashTid });
  expect(session.state.thread(500)).toMatchObject({
    pid: 500,
    ptid: bashTid,
    comm: 'child',
    exe: '/bin/child',
  });
  expect(session.state.thread(501)).toMatchObject({ ptid: 500, cwd: '', fds: { size: 0 } });
});

test('a leader that nothing was known of is completed from the event of its thread', () => {
  const session = new StateSession();
  const { thread } = session.clone(0, 601, { flags: cloneThread, pid: 600, ptid: bashTid });
  expect(thread?.leader).toMatchObject({ tid: 600, pid: 600, ptid: bashTid, comm: 'child', vtid: 600 });
});

test('children work out their container from their control groups', () => {
  const session = new StateSession();
  const cgroups = ['cpu=/lxc.payload.web/x.scope'];
  expect(session.clone(0, 300, { cgroups }).thread?.containerId).toBe('web');
  session.clone(301, bashTid, { cgroups });
  expect(session.state.thread(301)?.containerId).toBe('');
  expect(session.clone(0, 301, { cgroups }).thread?.containerId).toBe('web');
});

test('the start of the pid namespace is known inside one', () => {
  const session = new StateSession({ system: { thread: () => null, fd: () => null } });
  expect(session.clone(0, 300, { vtid: 1, vpid: 1 }).thread?.pidnsInitStartTs).toBe(14n);
  expect(session.clone(0, 301).thread?.pidnsInitStartTs).toBe(5n);
});

test('a failed clone makes nothing', () => {
  const session = new StateSession();
  session.clone(-11, bashTid);
  expect(session.state.stats().nThreads).toBe(2);
});

test('what a child does with its copies is not seen by its parent', () => {
  const session = new StateSession();
  session.apply('SOCKET_SOCKET_X', [3, 1, 1, 0, 0]);
  session.clone(300, bashTid);
  session.apply('SYSCALL_CLOSE_X', [0, 3], { tid: 300 });
  session.apply('SYSCALL_GETUID_X', [0]);
  expect(session.fdOf(3)?.type).toBe(fdTypes.unix);
  expect(session.fdOf(3, 300)).toBeNull();
});
