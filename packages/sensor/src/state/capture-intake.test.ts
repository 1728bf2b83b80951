import { fdTypes, l4Protocols } from '@lanner/engine';
import { expect, test } from 'vitest';
import { bashTid, initTid, StateSession } from '../testkit/state-session.ts';

const bytes = (...numbers: number[]): string => String.fromCharCode(...numbers);
const here = bytes(10, 0, 0, 5);
const there = bytes(8, 8, 8, 8);

test('the process list makes a family with groups, directories and containers', () => {
  const session = new StateSession();
  const cgroups: [string, string][] = [['mem_cgroup', '/lxc.payload.web/x.scope']];
  session.thread({ tid: 200, pid: 200, ptid: bashTid, cwd: '/srv', exePath: '/bin/x (deleted)', cgroups });
  session.thread({ tid: 201, pid: 200, ptid: bashTid, cwd: '/srv', flags: 1, env: ['A=1'] });
  session.apply('SYSCALL_GETUID_X', [1000], { tid: 201 });
  const thread = session.event.thread;
  expect(thread).toMatchObject({
    tid: 201,
    ptid: bashTid,
    threadCount: 2,
    cwd: '',
    env: [],
    containerId: '',
  });
  expect(thread?.leader).toMatchObject({ tid: 200, cwd: '/srv/', exePath: '/bin/x', containerId: 'web' });
  expect(thread?.leader.cgroups).toEqual([['memory', '/lxc.payload.web/x.scope']]);
  expect(session.state.thread(200)?.parent?.comm).toBe('bash');
  expect(thread?.fds).toBe(thread?.leader.fds);
});

test('a connection from a port where somebody listens is the server’s end', () => {
  const session = new StateSession();
  session.fd(initTid, 3, fdTypes.ipv4Server, { dip: bytes(0, 0, 0, 0), dport: 80, l4: l4Protocols.tcp });
  const ends = { sip: here, dip: there, l4: l4Protocols.tcp };
  session.fd(bashTid, 4, fdTypes.ipv4, { ...ends, sport: 80, dport: 5000 });
  session.fd(bashTid, 5, fdTypes.ipv4, { ...ends, sport: 5000, dport: 80 });
  session.apply('SYSCALL_GETUID_X', [1000]);
  expect(session.fdOf(3, initTid)).toMatchObject({ name: '0.0.0.0:80', l4: l4Protocols.tcp, dport: 80 });
  expect(session.fdOf(4)).toMatchObject({
    name: '8.8.8.8:5000->10.0.0.5:80',
    isServer: true,
    sip: there,
    dport: 80,
  });
  expect(session.fdOf(5)).toMatchObject({
    name: '10.0.0.5:5000->8.8.8.8:80',
    isClient: true,
    isConnected: true,
  });
});

test('an IPv6 connection between IPv4 addresses is an IPv4 one', () => {
  const session = new StateSession();
  const mapped = (address: string): string => `${'\0'.repeat(10)}\xff\xff${address}`;
  session.fd(bashTid, 3, fdTypes.ipv6, { sip: mapped(here), dip: mapped(there), sport: 1, dport: 2 });
  session.apply('SYSCALL_GETUID_X', [1000]);
  expect(session.fdOf(3)).toMatchObject({ type: fdTypes.ipv4, name: '10.0.0.5:1->8.8.8.8:2' });
});

test('files and unix sockets keep what the list says; an unknown kind is left out', () => {
  const session = new StateSession();
  session.fd(bashTid, 0, fdTypes.fileV2, { name: '/dev/null', openFlags: 3, dev: 5, ino: 2 ** 40 });
  session.fd(bashTid, 1, fdTypes.unix, { name: '/run/s', unixSource: 7n, unixDest: 8n });
  session.fd(bashTid, 2, fdTypes.unknown);
  session.fd(9999, 3, fdTypes.fileV2);
  session.apply('SYSCALL_GETUID_X', [1000]);
  expect(session.fdOf(0)).toMatchObject({
    name: '/dev/null',
    openFlags: 3,
    dev: 5,
    ino: 2 ** 40,
    nameRaw: '',
  });
  expect(session.fdOf(1)).toMatchObject({ name: '/run/s', isServer: true, unixSource: 7n, unixDest: 8n });
  expect(session.fdOf(2)).toBeNull();
  expect(session.state.stats()).toMatchObject({ nThreads: 2, nFds: 2 });
});

test('a capture’s lists of users come after the events of its initial state', () => {
  const session = new StateSession();
  session.state.sink.user({ uid: 5, gid: 5, name: 'list', home: '/', shell: '' });
  session.state.sink.group({ gid: 5, name: 'list' });
  session.apply('USER_ADDED_E', [5, 5, 'event', '/', '', ''], { tid: -1 });
  expect(session.state.isStarted).toBe(false);
  session.apply('SYSCALL_GETUID_X', [1000]);
  expect(session.state.isStarted).toBe(true);
  expect([session.state.user('', 5)?.name, session.state.group('', 5)?.name]).toEqual(['list', 'list']);
});

test('a second section starts with nobody, but with the same users and containers', () => {
  const session = new StateSession();
  session.state.sink.user({ uid: 5, gid: 5, name: 'five', home: '/', shell: '' });
  session.apply('SYSCALL_GETUID_X', [1000]);
  session.state.sink.section();
  expect(session.state.stats().nThreads).toBe(0);
  expect([session.state.firstTs, session.state.isStarted]).toEqual([0n, false]);
  expect(session.state.user('', 5)?.name).toBe('five');
});
