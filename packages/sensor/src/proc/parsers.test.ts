import { fdTypes, l4Protocols } from '@lanner/engine';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { interfaceRecords, parseGroups, parseUsers } from './machine.ts';
import { parseMounts } from './mounts.ts';
import { fromKernelFlags } from './open-flags.ts';
import { readSockets } from './sockets.ts';
import { parseStat } from './stat.ts';
import { parseStatus } from './status.ts';
import { parseCgroupFile } from './thread.ts';

test('no text makes a parser fail', () => {
  const parsers = [parseStat, parseStatus, parseMounts, parseUsers, parseGroups, parseCgroupFile];
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      parsers.forEach((parse) => parse(text));
      readSockets(() => text, 10);
    }),
  );
});

test('the name of a process may hold blanks and parentheses', () => {
  const line = '7 (a) R (b)) S 1 2 3 34816 -1 4194304 100 0 5 0 0 0 0 0 20 0 1 0 310024 3133440';
  expect(parseStat(line)).toEqual({
    comm: 'a) R (b)',
    ppid: 1,
    pgid: 2,
    sid: 3,
    tty: 34816,
    minorFaults: 100,
    majorFaults: 5,
    startTicks: 310024,
  });
});

test('ids of a status are those of the innermost namespace, users the effective ones', () => {
  const status = parseStatus(
    'Name:\tx\nTgid:\t70\nPPid:\t1\nUid:\t1000\t0\t0\t0\nGid:\t5\t6\t5\t5\nGroups:\t4 24 \nNStgid:\t70\t3\nNSpid:\t71\t4\nNSpgid:\t70\t3\nVmRSS:\t  16 kB\nCapEff:\t000001fffeffffff\n',
  );
  expect(status).toMatchObject({
    tgid: 70,
    uid: 0,
    gid: 6,
    groups: [4, 24],
    vpid: 3,
    vtid: 4,
    vpgid: 3,
    vmRssKb: 16,
    vmSizeKb: 0,
    capEffective: 0x1fffeffffffn,
  });
});

test('devices of mounts have the form of events', () => {
  expect(
    parseMounts('22 27 0:21 / /proc rw - proc proc rw\n30 1 259:300 / / rw - ext4 /dev/x rw\nx'),
  ).toEqual(
    new Map([
      [22, 21],
      [30, (300 & 0xff) | (259 << 8) | ((300 & ~0xff) << 12)],
    ]),
  );
});

test('open flags differ between architectures', () => {
  expect(fromKernelFlags(0o200000, 'x64')).toBe(1 | (1 << 10));
  expect(fromKernelFlags(0o200000, 'arm64')).toBe(1 | (1 << 9));
  expect(fromKernelFlags(0o2102001, 'x64')).toBe(2 | (1 << 3) | (1 << 11) | (1 << 12));
});

test('the unified hierarchy stands for the controllers that Falco shows', () => {
  expect(parseCgroupFile('1:cpu,cpuacct:/a\n2:name=systemd:/b\n')).toEqual([
    ['cpu', '/a'],
    ['cpuacct', '/a'],
    ['systemd', '/b'],
  ]);
  expect(parseCgroupFile('0::/x:y\n')).toEqual([
    ['cpu', '/x:y'],
    ['memory', '/x:y'],
    ['cpuset', '/x:y'],
  ]);
});

describe('sockets of a network namespace', () => {
  const header = '  sl  local_address rem_address   st\n';
  const row = (local: string, remote: string, inode: number): string =>
    `   0: ${local} ${remote} 0A 00000000:00000000 00:00000000 00000000     0        0 ${inode} 1 00000000`;
  const files: Record<string, string> = {
    tcp: `${header}${row('00000000:07E8', '00000000:0000', 10)}\n${row('0100007F:1F90', '0200A8C0:0050', 11)}\n`,
    udp6: `${header}${row('00000000000000000000000001000000:0035', '00000000000000000000000000000000:0000', 12)}`,
    unix: 'Num RefCount\n00000000521495a3: 00000003 00000000 00000000 0001 03  13 /run/a b\n00000000e93d7291: 00000003 00000000 00000000 0001 03  14\n',
    netlink: 'sk Eth\n00000000e93d7291 0   1 00000550 0 0 0 2 0 15\n',
  };
  const sockets = readSockets((file) => files[file] ?? null, 100);

  test('a socket without a peer listens', () => {
    expect(sockets.get(10)).toMatchObject({
      type: fdTypes.ipv4Server,
      dip: '\0\0\0\0',
      dport: 2024,
      l4: l4Protocols.tcp,
    });
    expect(sockets.get(12)).toMatchObject({
      type: fdTypes.ipv6Server,
      dip: `${'\0'.repeat(15)}\x01`,
      dport: 53,
      l4: l4Protocols.udp,
    });
  });

  test('a connection has two ends', () => {
    expect(sockets.get(11)).toMatchObject({
      type: fdTypes.ipv4,
      sip: '\x7f\0\0\x01',
      sport: 8080,
      dip: '\xc0\xa8\0\x02',
      dport: 80,
    });
  });

  test('sockets of the machine itself have the kernel’s address and a path', () => {
    expect(sockets.get(13)).toMatchObject({ type: fdTypes.unix, name: '/run/a b', unixSource: 0x521495a3n });
    expect(sockets.get(14)?.name).toBe('');
    expect(sockets.get(15)?.type).toBe(fdTypes.netlink);
  });

  test('there is a limit', () => {
    expect(readSockets((file) => files[file] ?? null, 2).size).toBe(2);
  });
});

test('users and groups are read as the C library does', () => {
  expect(parseUsers('# x\nroot:x:0:0:root:/root:/bin/sh\nbroken:x:no:0\n')).toEqual([
    { name: 'root', uid: 0, gid: 0, home: '/root', shell: '/bin/sh' },
  ]);
  expect(parseGroups('wheel:x:10:joe\n')).toEqual([{ name: 'wheel', gid: 10 }]);
});

test('addresses of interfaces become bytes', () => {
  const records = interfaceRecords({
    eth0: [
      { address: '10.1.2.3', netmask: '255.255.0.0', family: 'IPv4', mac: '', internal: false, cidr: null },
      {
        address: 'fe80::1',
        netmask: 'ffff::',
        family: 'IPv6',
        mac: '',
        internal: false,
        cidr: null,
        scopeid: 2,
      },
    ],
  });
  expect(records[0]).toMatchObject({ address: '\x0a\x01\x02\x03', broadcast: '\x0a\x01\xff\xff' });
  expect(records[1]?.address).toBe(`\xfe\x80${'\0'.repeat(13)}\x01`);
});
