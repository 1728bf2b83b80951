import type { TestParam } from '@lanner/engine/testkit';
import { expect, test } from 'vitest';
import { bashTid, initTid, StateSession } from '../testkit/state-session.ts';

interface Program {
  readonly result?: number;
  readonly pid?: number;
  readonly flags?: number;
  readonly exePath?: string | null;
  readonly cgroups?: readonly string[];
}

function program({
  result = 0,
  pid = bashTid,
  flags = 0,
  exePath = '/usr/bin/cat',
  cgroups,
}: Program = {}): TestParam[] {
  const identity = [result, 'cat', ['-n', 'x'], pid, pid, initTid, '/', 2048, 1, 2, 3, 4, 5, 'cat'];
  const rest = [
    cgroups ?? ['cpu=/'],
    ['A=1', 'B=2'],
    34816,
    9,
    1000,
    flags,
    1,
    2,
    3,
    77,
    10n ** 18n,
    10n ** 17n,
  ];
  return [...identity, ...rest, 5, exePath, 8, 6];
}

test('a program takes over the process', () => {
  const session = new StateSession();
  const event = session.apply('SYSCALL_EXECVE_19_X', [...program({ flags: 1 | 4 }), '/usr/bin/cat']);
  expect(event.thread).toMatchObject({
    comm: 'cat',
    exe: 'cat',
    args: ['-n', 'x'],
    cmdline: 'cat -n x',
    exePath: '/usr/bin/cat',
    env: ['A=1', 'B=2'],
    fdLimit: 2048,
    tty: 34816,
    vpgid: 9,
    pgid: 8,
    loginuid: 1000,
    uid: 5,
    gid: 6,
    capEffective: 3n,
    exeInode: 77n,
    exeInodeCtime: 10n ** 18n,
    exeWritable: true,
    exeFromMemfd: true,
    exeUpperLayer: false,
    execTs: event.ts,
    ptid: initTid,
  });
});

test('descriptors that close at an execve are gone, the others stay', () => {
  const session = new StateSession();
  session.open(3, '/stays');
  session.apply('SYSCALL_OPENAT_2_X', [4, -100, '/goes', 1 | 4096, 0, 5, 77]);
  session.apply('SYSCALL_EPOLL_CREATE1_X', [5, 1]);
  session.apply('SYSCALL_EXECVE_19_X', [...program(), '/usr/bin/cat']);
  expect([3, 4, 5].map((fd) => session.fdOf(fd)?.name)).toEqual(['/stays', undefined, undefined]);
});

test('the other threads of the process end', () => {
  const session = new StateSession();
  session.clone(0, 101, { pid: bashTid, ptid: initTid, flags: 1 << 13 });
  const { thread } = session.apply('SYSCALL_EXECVE_19_X', [...program(), '/usr/bin/cat']);
  expect([session.state.thread(101), thread?.threadCount]).toEqual([null, 1]);
});

test('a leader that has exited comes back when one of its threads becomes the program', () => {
  const session = new StateSession();
  session.clone(0, 101, { pid: bashTid, ptid: initTid, flags: 1 << 13 });
  session.apply('PROCEXIT_1_E', [0, 0, 0, 0, 0]);
  session.apply('SYSCALL_GETUID_X', [0], { tid: 101 });
  const { thread } = session.apply('SYSCALL_EXECVE_19_X', [...program(), '/usr/bin/cat']);
  expect(thread).toMatchObject({ tid: bashTid, isDead: false, threadCount: 1 });
});

test('a failed execve changes nothing', () => {
  const session = new StateSession();
  expect(session.apply('SYSCALL_EXECVE_19_X', [...program({ result: -2 }), 'x']).thread?.comm).toBe('bash');
});

test('a process that nothing was known of is completed', () => {
  const session = new StateSession();
  session.apply('SYSCALL_GETUID_X', [0], { tid: 500 });
  const { thread } = session.apply('SYSCALL_EXECVE_19_X', [...program({ pid: 500 }), 'x'], { tid: 500 });
  expect(thread).toMatchObject({ pid: 500, ptid: initTid, vpid: 500, parent: { comm: 'init' } });
});

test('an execve may move the process into a container', () => {
  const session = new StateSession();
  const cgroups = ['cpu=/lxc.payload.web/x.scope'];
  expect(session.apply('SYSCALL_EXECVE_19_X', [...program({ cgroups }), 'x']).thread?.containerId).toBe(
    'web',
  );
});

test.each([
  ['SYSCALL_EXECVE_19_E', ['../bin/x'], '/home/bin/x'],
  ['SYSCALL_EXECVE_19_E', ['<NA>'], '<NA>'],
  ['SYSCALL_EXECVEAT_E', [-100, 'x', 0], '/home/joe/x'],
  ['SYSCALL_EXECVEAT_E', [3, 'x', 0], '/srv/x'],
  ['SYSCALL_EXECVEAT_E', [3, '<NA>', 1], '/srv'],
  ['SYSCALL_EXECVEAT_E', [3, '<NA>', 0], '<NA>'],
  ['SYSCALL_EXECVEAT_E', [9, 'x', 0], '<NA>'],
  ['SYSCALL_EXECVEAT_E', [9, '/x', 0], '/x'],
] as const)('without a path in the event it is that of the enter event: %s %j', (code, params, path) => {
  const session = new StateSession();
  session.open(3, '/srv');
  session.apply(code, params);
  expect(session.apply('SYSCALL_EXECVE_19_X', [...program({ exePath: null }), null]).thread?.exePath).toBe(
    path,
  );
});

test('without an enter event the path stays, and a removed file is shown without the kernel’s mark', () => {
  const session = new StateSession();
  const params = [...program({ exePath: null }), null];
  expect(session.apply('SYSCALL_EXECVE_19_X', params).thread?.exePath).toBe('/bin/bash');
  const removed = [...program({ exePath: '/tmp/x (deleted)' }), null];
  expect(session.apply('SYSCALL_EXECVE_19_X', removed).thread?.exePath).toBe('/tmp/x');
});

test('the age of the file is counted up to the clone of the process', () => {
  const session = new StateSession();
  session.clone(0, 300);
  const { thread } = session.apply('SYSCALL_EXECVE_19_X', [...program({ pid: 300 }), 'x'], { tid: 300 });
  expect(thread?.exeCtimeToCloneNs).toBe((thread?.cloneTs ?? 0n) - 10n ** 18n);
});
