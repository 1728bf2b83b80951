import { fdTypes, l4Protocols } from '@lanner/engine';
import type { FdRecord, ThreadRecord } from '../capture/records.ts';
import {
  connectionText,
  listenerText,
  newEnds,
  setAddress,
  setConnectionProtocol,
  setListener,
  setPorts,
  setUnixEnds,
  swapEnds,
} from '../lib/socket-ends.ts';
import { renameSubsystem } from '../lib/cgroups.ts';
import { FdEntry } from './fd-entry.ts';
import type { ThreadEntry } from './thread-entry.ts';

/** Takes over what a process list says of a thread. */
export function fillThread(thread: ThreadEntry, record: ThreadRecord): void {
  fillIdentity(thread, record);
  fillExecutable(thread, record);
  thread.args = record.args;
  // Only leaders have an environment and a directory; the threads of their group share them.
  if (thread.isMain) {
    thread.env = record.env;
    thread.changeDirectory(record.cwd);
  }
  thread.flags = record.flags;
  thread.root = record.root;
  thread.cgroups = record.cgroups.map(([subsystem, path]) => [renameSubsystem(subsystem), path] as const);
  thread.fdLimit = record.fdLimit;
  thread.vmSizeKb = record.vmSizeKb;
  thread.vmRssKb = record.vmRssKb;
  thread.vmSwapKb = record.vmSwapKb;
  thread.majorFaults = record.majorFaults;
  thread.minorFaults = record.minorFaults;
  thread.capInheritable = record.capInheritable;
  thread.capPermitted = record.capPermitted;
  thread.capEffective = record.capEffective;
  thread.cloneTs = record.cloneTs ?? 0n;
}

function fillIdentity(thread: ThreadEntry, record: ThreadRecord): void {
  thread.pid = record.pid;
  thread.ptid = record.ptid;
  thread.sid = record.sid;
  thread.pgid = record.pgid;
  thread.vpgid = record.vpgid;
  thread.vtid = record.vtid;
  thread.vpid = record.vpid;
  thread.pidnsInitStartTs = record.pidnsInitStartTs;
  thread.tty = record.tty;
  thread.uid = record.uid;
  thread.gid = record.gid;
  thread.loginuid = record.loginuid;
}

function fillExecutable(thread: ThreadEntry, record: ThreadRecord): void {
  thread.comm = record.comm;
  thread.exe = record.exe;
  thread.exePath = record.exePath;
  thread.exeInode = record.exeInode;
  thread.exeInodeCtime = record.exeInodeCtime;
  thread.exeInodeMtime = record.exeInodeMtime;
  thread.exeWritable = record.exeWritable;
  thread.exeUpperLayer = record.exeUpperLayer;
  thread.exeLowerLayer = record.exeLowerLayer;
  thread.exeFromMemfd = record.exeFromMemfd;
}

/** What a descriptor list says; null for a kind that says nothing. */
export function fdFromRecord(record: FdRecord): FdEntry | null {
  const entry = new FdEntry(record.type);
  const inode = BigInt(record.ino);
  entry.setInode(Number(BigInt.asIntN(32, inode)), Number(BigInt.asIntN(32, inode >> 32n)));
  switch (record.type) {
    case fdTypes.unknown:
      return null;
    case fdTypes.ipv4:
    case fdTypes.ipv6:
      fillConnection(entry, record);
      break;
    case fdTypes.ipv4Server:
    case fdTypes.ipv6Server:
      fillListener(entry, record);
      break;
    case fdTypes.unix:
      setUnixEnds(entry.ends, record.unixSource, record.unixDest);
      entry.rename(record.name);
      markUnixRole(entry, record.name);
      break;
    default:
      entry.openFlags = record.openFlags;
      entry.dev = record.dev;
      entry.rename(record.name);
  }
  return entry;
}

// A socket that has a name has been bound to it.
function markUnixRole(entry: FdEntry, name: string): void {
  if (name === '') {
    entry.markClient();
  } else {
    entry.markServer();
  }
}

function fillConnection(entry: FdEntry, record: FdRecord): void {
  const isMapped = record.type === fdTypes.ipv6 && isMappedIpv4(record.sip) && isMappedIpv4(record.dip);
  if (isMapped) {
    entry.type = fdTypes.ipv4;
  }
  const from = isMapped ? mappedPrefix.length : 0;
  setAddress(entry.type, entry.ends, 'source', record.sip.slice(from));
  setAddress(entry.type, entry.ends, 'destination', record.dip.slice(from));
  setPorts(entry.type, entry.ends, record.sport, record.dport);
  setConnectionProtocol(entry.type === fdTypes.ipv4, entry.ends, record.l4);
  if (record.l4 === l4Protocols.tcp) {
    entry.markConnected();
  }
  entry.rename(connectionText(entry.type, entry.ends));
}

function fillListener(entry: FdEntry, record: FdRecord): void {
  const address = newEnds();
  setAddress(entry.type, address, 'source', record.dip);
  setListener(entry.ends, entry.type, address, record.dport, record.l4);
  entry.rename(listenerText(entry.type, entry.ends));
}

const mappedPrefix = `${'\0'.repeat(10)}\xff\xff`;

function isMappedIpv4(address: string): boolean {
  return address.startsWith(mappedPrefix) || address === '\0'.repeat(16);
}

/**
 * A descriptor list does not say which end of a connection is the server. It is this one when somebody listens at
 * its port.
 */
export function markRole(entry: FdEntry, listeningPorts: ReadonlySet<number>): void {
  if (entry.type !== fdTypes.ipv4) {
    return;
  }
  if (!listeningPorts.has(entry.sport)) {
    entry.markClient();
    return;
  }
  swapEnds(entry.type, entry.ends);
  entry.rename(connectionText(entry.type, entry.ends));
  entry.markServer();
}
