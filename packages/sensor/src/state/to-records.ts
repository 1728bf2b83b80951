import { fdTypes, type User } from '@lanner/engine';
import type { CaptureSink, FdRecord, MachineRecord, ThreadRecord } from '../capture/records.ts';
import { emptyFd } from '../capture/fd-entry.ts';
import type { FdEntry } from './fd-entry.ts';
import type { StateTables } from './tables.ts';
import type { ThreadEntry } from './thread-entry.ts';

/** Tells a capture all that the tables know, as the state that its events begin with. */
export function writeState(state: StateTables, sink: CaptureSink): void {
  sink.section();
  const machine: MachineRecord = { ...state.machine, maxPid: 0, flags: 0 };
  sink.machine(machine);
  sink.interfaces(state.interfaces.map((entry) => ({ ...entry, linkSpeed: 0 })));
  state.users.users('').forEach((user: User) => {
    sink.user(user);
  });
  state.users.groups('').forEach((group) => {
    sink.group(group);
  });
  for (const thread of state.threads.all()) {
    if (!thread.isInvalid && !thread.isDead) {
      sink.thread(threadToRecord(thread));
    }
  }
  for (const thread of state.threads.all()) {
    for (const [fd, entry] of thread.ownFdCount > 0 ? thread.ownFds.entries() : []) {
      sink.fd(thread.tid, fdToRecord(fd, entry));
    }
  }
}

/** What a process list says of a thread: what `fillThread` takes over. */
export function threadToRecord(thread: ThreadEntry): ThreadRecord {
  return {
    tid: thread.tid,
    pid: thread.pid,
    ptid: thread.ptid,
    sid: thread.sid,
    vpgid: thread.vpgid,
    pgid: thread.pgid,
    vtid: thread.vtid,
    vpid: thread.vpid,
    comm: thread.comm,
    exe: thread.exe,
    exePath: thread.exePath,
    args: [...thread.args],
    cwd: thread.isMain ? thread.cwd : '',
    root: thread.root,
    env: [...thread.env],
    cgroups: thread.cgroups.map(([subsystem, path]) => [subsystem, path]),
    fdLimit: thread.fdLimit,
    flags: thread.flags,
    uid: thread.uid,
    gid: thread.gid,
    loginuid: thread.loginuid,
    vmSizeKb: thread.vmSizeKb,
    vmRssKb: thread.vmRssKb,
    vmSwapKb: thread.vmSwapKb,
    majorFaults: thread.majorFaults,
    minorFaults: thread.minorFaults,
    pidnsInitStartTs: thread.pidnsInitStartTs,
    tty: thread.tty,
    capInheritable: thread.capInheritable,
    capPermitted: thread.capPermitted,
    capEffective: thread.capEffective,
    exeInode: thread.exeInode,
    exeInodeCtime: thread.exeInodeCtime,
    exeInodeMtime: thread.exeInodeMtime,
    exeWritable: thread.exeWritable,
    exeUpperLayer: thread.exeUpperLayer,
    exeLowerLayer: thread.exeLowerLayer,
    exeFromMemfd: thread.exeFromMemfd,
    cloneTs: thread.cloneTs,
  };
}

/** What a descriptor list says of a descriptor: what `fdFromRecord` takes over. */
export function fdToRecord(fd: number, entry: FdEntry): FdRecord {
  const record = emptyFd(fd, entry.ino, entry.type);
  switch (entry.type) {
    case fdTypes.ipv4:
    case fdTypes.ipv6:
      fillConnection(record, entry);
      return record;
    case fdTypes.ipv4Server:
    case fdTypes.ipv6Server:
      record.dip = entry.dip;
      record.dport = entry.dport;
      record.l4 = entry.l4;
      return record;
    case fdTypes.unix:
      record.unixSource = entry.unixSource;
      record.unixDest = entry.unixDest;
      record.name = unixPath(entry.name);
      return record;
    default:
      record.name = entry.name;
      record.openFlags = entry.openFlags;
      record.dev = entry.dev;
      return record;
  }
}

/** A list has the local end first, which is the server's where this process is the server. */
function fillConnection(record: FdRecord, entry: FdEntry): void {
  const { isServer } = entry;
  record.sip = isServer ? entry.dip : entry.sip;
  record.sport = isServer ? entry.dport : entry.sport;
  record.dip = isServer ? entry.sip : entry.dip;
  record.dport = isServer ? entry.sport : entry.dport;
  record.l4 = entry.l4;
}

/** The name of a connected socket has the addresses of both ends before its path. */
function unixPath(name: string): string {
  return /^[0-9a-f]*->[0-9a-f]* (.*)$/s.exec(name)?.[1] ?? name;
}
