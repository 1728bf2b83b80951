import { availableParallelism, type NetworkInterfaceInfo, networkInterfaces, totalmem } from 'node:os';
import { type Group, toByteString, type User } from '@lanner/engine';
import type { InterfaceRecord, MachineRecord } from '../capture/records.ts';

/** Most users, and groups, that are read. */
const maxEntries = 65_536;

/** Users of a text in the form of /etc/passwd; lines of another form are passed over. */
export function parseUsers(text: string): User[] {
  return entries(text).flatMap(([name = '', , uid, gid, , home = '', shell = '']) =>
    isId(uid) && isId(gid) ? [{ name, uid: Number(uid), gid: Number(gid), home, shell }] : [],
  );
}

/** Groups of a text in the form of /etc/group. */
export function parseGroups(text: string): Group[] {
  return entries(text).flatMap(([name = '', , gid]) => (isId(gid) ? [{ name, gid: Number(gid) }] : []));
}

function entries(text: string): string[][] {
  return text
    .split('\n', maxEntries)
    .filter((line) => line.includes(':') && !line.startsWith('#'))
    .map((line) => line.split(':'));
}

function isId(text: string | undefined): boolean {
  return text !== undefined && /^\d+$/.test(text) && Number(text) <= 0xffff_ffff;
}

/** The machine that this process runs on. */
export function machineRecord(hostname: string, bootTs: bigint): MachineRecord {
  return {
    cpuCount: availableParallelism(),
    memoryBytes: totalmem(),
    hostname: toByteString(hostname),
    bootTs,
    maxPid: 0,
    flags: 0,
  };
}

/** The addresses of this network namespace. */
export function interfaceRecords(
  interfaces: NodeJS.Dict<NetworkInterfaceInfo[]> = networkInterfaces(),
): InterfaceRecord[] {
  return Object.entries(interfaces).flatMap(([name, addresses = []]) =>
    addresses.map(({ address, netmask, family }) => {
      const parse = family === 'IPv4' ? ipv4Bytes : ipv6Bytes;
      const bytes = parse(address);
      const mask = parse(netmask);
      return {
        name: toByteString(name),
        address: toText(bytes),
        netmask: toText(mask),
        broadcast: toText(bytes.map((byte, i) => (family === 'IPv4' ? byte | (~(mask[i] ?? 0) & 0xff) : 0))),
        linkSpeed: 0,
      };
    }),
  );
}

function ipv4Bytes(text: string): number[] {
  return text.split('.').map(Number);
}

function ipv6Bytes(text: string): number[] {
  const [head = '', tail] = (text.split('%')[0] ?? '').split('::');
  const before = groupsOf(head);
  const after = groupsOf(tail ?? '');
  const between = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array.from({ length: between }, () => 0), ...after];
  return groups.flatMap((group) => [group >> 8, group & 0xff]);
}

function groupsOf(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}

function toText(bytes: readonly number[]): string {
  return String.fromCharCode(...bytes);
}
