import { fdTypes, l4Protocols } from '@lanner/engine';
import { eventBytes } from '@lanner/engine/testkit';
import { emptyFd } from './fd-entry.ts';
import {
  joinBytes,
  rawBlock,
  rawEvent,
  rawFds,
  rawInterfaces,
  rawMachine,
  rawSection,
  rawThreads,
  rawUsers,
} from './raw-capture.ts';
import type { FdRecord, InterfaceRecord, MachineRecord, ThreadRecord } from './records.ts';
import { emptyThread } from './thread-entry.ts';

/** Records in which every member differs from its default, and a capture that has them in every version: for tests. */

export const sampleMachine: MachineRecord = {
  cpuCount: 4,
  memoryBytes: 2 ** 33,
  maxPid: 4_194_304,
  hostname: 'node-1',
  bootTs: 1_699_999_999_000_000_000n,
  flags: 2n ** 63n,
};

export function sampleThread(): ThreadRecord {
  return {
    ...emptyThread(),
    tid: 42,
    pid: 41,
    ptid: 1,
    sid: 40,
    vpgid: 7,
    pgid: 39,
    vtid: 2,
    vpid: 3,
    comm: 'sh',
    exe: '/bin/sh',
    exePath: '/usr/bin/dash',
    args: ['-c', '', 'echo \xff'],
    cwd: '/root/',
    root: '/',
    env: ['A=1', 'B='],
    cgroups: [
      ['cpu', '/docker/0123456789ab'],
      ['memory', '/a=b'],
    ],
    fdLimit: 1024,
    flags: 0x11,
    uid: 1000,
    gid: 100,
    loginuid: 500,
    vmSizeKb: 11,
    vmRssKb: 12,
    vmSwapKb: 13,
    majorFaults: 14,
    minorFaults: 15,
    pidnsInitStartTs: 16n,
    tty: 17,
    capInheritable: 18n,
    capPermitted: 2n ** 64n - 1n,
    capEffective: 20n,
    exeInode: 21n,
    exeInodeCtime: 22n,
    exeInodeMtime: 23n,
    exeWritable: true,
    exeUpperLayer: true,
    exeLowerLayer: true,
    exeFromMemfd: true,
  };
}

/** One descriptor of each kind. */
export function sampleFds(): FdRecord[] {
  const ipv4 = {
    sip: '\x7f\0\0\x01',
    dip: '\x0a\x01\x02\x03',
    sport: 40_000,
    dport: 443,
    l4: l4Protocols.tcp,
  };
  const ipv6 = { ...ipv4, sip: 'abcdefghijklmnop', dip: 'ABCDEFGHIJKLMNOP' };
  const details: Partial<Record<number, Partial<FdRecord>>> = {
    [fdTypes.unknown]: {},
    [fdTypes.ipv4]: ipv4,
    [fdTypes.ipv6]: ipv6,
    [fdTypes.ipv4Server]: { ...ipv4, sip: '', sport: 0 },
    [fdTypes.ipv6Server]: { ...ipv6, sip: '', sport: 0 },
    [fdTypes.unix]: { unixSource: 2n ** 63n + 1n, unixDest: 5n, name: '/run/x.sock' },
    [fdTypes.fileV2]: { openFlags: 3, name: '/var/log/x', dev: 0x801 },
  };
  return Object.values(fdTypes).map((type, i) => ({
    ...emptyFd(i, i % 2 === 0 ? 100 + i : 2n ** 60n, type),
    ...(details[type] ?? { name: `name of ${i}` }),
  }));
}

export function sampleInterfaces(): InterfaceRecord[] {
  return [
    { name: 'lo', address: '\x7f\0\0\x01', netmask: '\xff\0\0\0', broadcast: '\0\0\0\0', linkSpeed: 1000 },
    {
      name: 'eth0',
      address: 'abcdefghijklmnop',
      netmask: '\xff'.repeat(16),
      broadcast: '\0'.repeat(16),
      linkSpeed: 7,
    },
  ];
}

/**
 * A capture of two sections with every kind of block in every version, current, old and large events.
 * `largeBytes` is the size of one event; beyond 64 KiB it takes a block of the large form.
 */
export function sampleCapture(largeBytes = 70_000): Uint8Array {
  const user = { uid: 1000, gid: 100, name: 'ann', home: '/home/ann', shell: '/bin/sh' };
  const group = { gid: 100, name: 'users' };
  const threads = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((version) =>
    rawThreads(version, [sampleThread(), emptyThread()]),
  );
  const lists = [1, 2].flatMap((version) => [
    rawInterfaces(version, sampleInterfaces(), version === 2),
    rawUsers(version, [user], [group]),
    rawFds(version, 42, sampleFds(), version === 2 ? 3 : 0),
  ]);
  const records = joinBytes(
    rawMachine(sampleMachine),
    rawBlock(0x999, new Uint8Array(77)),
    ...threads,
    ...lists,
  );
  const unknown = eventBytes('SYSCALL_CLOSE_X', [0, 3]);
  new DataView(unknown.buffer).setUint16(20, 60_000, true);
  const current = [0x216, 0x217, 0x221, 0x222].flatMap((type) => [
    rawEvent(type, eventBytes('SYSCALL_OPENAT_2_X', [3, -100, '/etc/hosts', 1, 0, 5, 9], { tid: 42 }), 3, 1),
    rawEvent(type, eventBytes('SYSCALL_CLOSE_X', [0, 3], { tid: 42 })),
    rawEvent(type, unknown),
  ]);
  const old = [0x204, 0x208, 0x216].flatMap((type) => [
    rawEvent(type, eventBytes('SYSCALL_CLOSE_E', [3], { tid: 42 }), 1),
    rawEvent(type, eventBytes('SYSCALL_CLOSE_X', [0], { tid: 42 }), 1),
    rawEvent(type, eventBytes('SYSCALL_BRK_1_X', [4096], { tid: 43 })),
    rawEvent(type, eventBytes('SYSCALL_OPEN_E', ['/a', 1, 0], { tid: 43 })),
    rawEvent(type, eventBytes('SYSCALL_LINK_E', ['/a', '/b'], { tid: 44 })),
    rawEvent(type, eventBytes('SYSCALL_LINK_X', [0], { tid: 44 })),
    rawEvent(type, eventBytes('CONTAINER_E', ['ab12', 1, 'web', 'nginx'])),
  ]);
  const large = rawEvent(0x221, eventBytes('ASYNCEVENT_E', [0, 'container', 'x'.repeat(largeBytes)]));
  const events = joinBytes(...current, ...old, large);
  return joinBytes(rawSection(1, 1), records, events, rawSection(), rawMachine(sampleMachine), ...current);
}
