import { fdTypes } from '@lanner/engine';
import { expect, test } from 'vitest';
import { emptyFd } from '../capture/fd-entry.ts';
import { emptyThread } from '../capture/thread-entry.ts';
import { bashTid, initTid, StateSession, startTs } from '../testkit/state-session.ts';

test('an event is about its thread and the descriptor that it names', () => {
  const session = new StateSession();
  session.open(3, '/etc/passwd');
  const event = session.apply('SYSCALL_READ_X', [5, 'root:', 3, 5]);
  expect([event.thread?.tid, event.fdNum, event.fd?.name]).toEqual([bashTid, 3, '/etc/passwd']);
  expect(session.apply('SYSCALL_READ_X', [5, 'x', 8, 5])).toMatchObject({ fdNum: 8, fd: null });
  expect(session.apply('SYSCALL_GETUID_X', [1000])).toMatchObject({ fdNum: -1, fd: null });
});

test('a closing event still sees its descriptor, an exiting thread its own properties', () => {
  const session = new StateSession();
  session.open(3, '/tmp/x');
  expect(session.apply('SYSCALL_CLOSE_X', [0, 3]).fd?.name).toBe('/tmp/x');
  expect(session.fdOf(3)?.name).toBe('/tmp/x');
  session.apply('SYSCALL_GETUID_X', [1000], { tid: initTid });
  expect(session.fdOf(3)).toBeNull();
  expect(session.apply('PROCEXIT_1_E', [0, 0, 0, 0, 0]).thread?.comm).toBe('bash');
  expect(session.state.thread(bashTid)?.comm).toBe('bash');
  session.apply('SYSCALL_GETUID_X', [1000], { tid: initTid });
  expect(session.state.thread(bashTid)).toBeNull();
});

test('an event of an unknown thread makes it known, but the end of a clone or an exit does not', () => {
  const session = new StateSession();
  expect(session.apply('PROCEXIT_1_E', [0, 0, 0, 0, 0], { tid: 50 }).thread).toBeNull();
  expect(session.clone(-11, 51).thread).toBeNull();
  expect(session.apply('SYSCALL_GETUID_X', [0], { tid: 52 }).thread).toMatchObject({ comm: '<NA>', pid: -1 });
  expect(session.apply('NOTIFICATION_E', ['x', 'y'], { tid: 53 }).thread).toBeNull();
});

test('events aside show a thread that is known and change nothing', () => {
  const session = new StateSession();
  session.open(3, '/tmp/x');
  const event = session.apply('ASYNCEVENT_E', [0, 'other', 'data']);
  expect([event.thread?.comm, event.fd, event.container]).toEqual(['bash', null, null]);
});

test('times are those of the first event that is not about the capture itself, and of the event before', () => {
  const session = new StateSession();
  session.apply('PROCINFO_E', [1, 2], { ts: startTs });
  expect([session.state.firstTs, session.state.previousTs]).toEqual([0n, 0n]);
  session.apply('SYSCALL_GETUID_X', [0], { ts: startTs + 2n ** 33n });
  session.apply('SYSCALL_GETUID_X', [0], { ts: startTs + 2n ** 34n });
  expect([session.state.firstTs, session.state.previousTs]).toEqual([
    startTs + 2n ** 33n,
    startTs + 2n ** 33n,
  ]);
});

test('a full table of descriptors takes no more and counts them', () => {
  const session = new StateSession({ maxFds: 2 });
  session.open(3, '/a');
  session.open(4, '/b');
  expect(session.open(5, '/c').fd).toBeNull();
  expect(session.open(4, '/d').fd?.name).toBe('/d');
  expect(session.state.stats()).toMatchObject({ nDropsFullFdTable: 1, nFds: 2, nAddedFds: 2 });
});

test('a full thread table leaves events without a thread', () => {
  const session = new StateSession({ maxThreads: 3 });
  session.apply('SYSCALL_GETUID_X', [0], { tid: 50 });
  expect(session.apply('SYSCALL_GETUID_X', [0], { tid: 51 }).thread).toBeNull();
  expect(session.state.stats().nThreads).toBe(3);
});

test('evicted texts are counted', () => {
  const session = new StateSession();
  for (let i = 0; i < 20_000; i++) {
    session.open(3, `/tmp/${i}`);
  }
  const { nEvictedTexts } = session.state.stats();
  expect(nEvictedTexts).toBeGreaterThan(20_000 - 8192 - 1);
  expect(session.fdOf(3)?.name).toBe('/tmp/19999');
});

test('a forked process changes its own copy of a descriptor', () => {
  const session = new StateSession();
  session.apply('SOCKET_SOCKET_X', [3, 2, 1, 0, 0]);
  session.clone(300, bashTid);
  session.apply('SYSCALL_FCNTL_X', [0, 3, 3, 1], { tid: 300 });
  expect([session.fdOf(3, 300)?.openFlags, session.fdOf(3)?.openFlags]).toEqual([4096, 0]);
});

test('the running system fills gaps: threads, and descriptors that came in a message', () => {
  const file = { ...emptyFd(0, 1, fdTypes.fileV2), name: '/dev/null' };
  const session = new StateSession({
    system: {
      thread: (tid) =>
        tid === 70
          ? {
              thread: { ...emptyThread(), tid, pid: tid, ptid: initTid, comm: 'late', vtid: tid, vpid: tid },
              fds: [file],
            }
          : null,
      fd: (pid, fd) => (pid === bashTid && fd === 9 ? { ...file, fd, name: '/passed' } : null),
    },
  });
  expect(session.apply('SYSCALL_READ_X', [1, 'x', 0, 1], { tid: 70 })).toMatchObject({
    thread: { comm: 'late', ptid: initTid },
    fd: { name: '/dev/null' },
  });
  session.apply('SOCKET_SOCKET_X', [3, 1, 1, 0, 0]);
  const rights = Uint8Array.from([20, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 9, 0, 0, 0]);
  session.apply('SOCKET_RECVMSG_X', [1, 1, 'x', null, rights, 3]);
  expect(session.fdOf(9)?.name).toBe('/passed');
  expect(session.state.bootTs).toBe(5n);
});

test('on the running system a container goes with its first process, and exits that were missed can be made up for', () => {
  const session = new StateSession({ system: { thread: () => null, fd: () => null } });
  const cgroups = ['cpu=/lxc.payload.web/x.scope'];
  session.clone(0, 300, { ptid: bashTid, vtid: 1, vpid: 1, flags: 1 << 6, cgroups });
  expect(session.state.container('web')?.type).toBe('lxc');
  session.apply('PROCEXIT_1_E', [0, 0, 0, 0, 0], { tid: 300 });
  session.apply('SYSCALL_GETUID_X', [0], { ts: startTs + 600n * 1_000_000_000n });
  expect(session.state.container('web')).toBeNull();
  expect(session.state.removeInactiveThreads(300n * 1_000_000_000n, () => false)).toBe(1);
  expect(session.state.thread(initTid)).toBeNull();
  expect(session.state.thread(bashTid)).not.toBeNull();
});

test('says how far local time is ahead of UTC, when told', () => {
  expect(new StateSession().state.utcOffsetS).toBe(0);
  expect(new StateSession({ utcOffsetS: -18_000 }).state.utcOffsetS).toBe(-18_000);
});
