import { threadFlags } from '@lanner/engine';
import type { ThreadRecord } from '../capture/records.ts';
import { emptyThread } from '../capture/thread-entry.ts';
import { cloneFlags } from '../lib/ppm-flags.ts';
import type { FileAttributes, ProcFiles } from './proc-files.ts';
import { parseStat, type ProcStat } from './stat.ts';
import { parseStatus, type ProcStatus } from './status.ts';

/** As much of command line, environment and control groups as events carry. */
const maxListBytes = 4096;
/** Ticks of the kernel's clock for user space: 100 a second on every architecture. */
const nsPerTick = 10_000_000n;
/** CAP_DAC_OVERRIDE. */
const overridesModes = 1n << 1n;

/** What the records of one machine have in common. */
export interface ThreadContext {
  readonly files: ProcFiles;
  readonly bootTs: bigint;
  /** When the first process of a pid namespace started, by the link of the namespace. */
  readonly pidNamespaceStarts: Map<string, bigint>;
}

/** A process by its leader; null when it has gone. */
export function readProcess(pid: number, context: ThreadContext): ThreadRecord | null {
  const { files } = context;
  const status = parseStatus(files.text(`${pid}/status`) ?? '');
  const stat = parseStat(files.text(`${pid}/stat`) ?? '');
  if (status === null || stat === null) {
    return null;
  }
  const record = emptyThread();
  fillIdentity(record, pid, status, stat);
  fillMemory(record, status, stat);
  fillCommand(record, pid, stat, files);
  fillExecutable(record, pid, status, files);
  record.cgroups = parseCgroupFile(files.text(`${pid}/cgroup`, maxListBytes) ?? '');
  record.cloneTs = context.bootTs + BigInt(stat.startTicks) * nsPerTick;
  record.pidnsInitStartTs = pidNamespaceStart(record, context);
  return record;
}

/** Another thread of a process whose leader has been read; null when it has gone. */
export function readThreadOf(leader: ThreadRecord, tid: number, context: ThreadContext): ThreadRecord | null {
  const { files } = context;
  const folder = `${leader.pid}/task/${tid}`;
  const status = parseStatus(files.text(`${folder}/status`) ?? '');
  const stat = parseStat(files.text(`${folder}/stat`) ?? '');
  if (status === null || stat === null) {
    return null;
  }
  const record: ThreadRecord = { ...leader, tid, comm: stat.comm, vtid: status.vtid };
  record.flags = cloneFlags.thread | threadFlags.cloneFiles;
  record.capInheritable = status.capInheritable;
  record.capPermitted = status.capPermitted;
  record.capEffective = status.capEffective;
  record.uid = status.uid;
  record.gid = status.gid;
  record.cloneTs = context.bootTs + BigInt(stat.startTicks) * nsPerTick;
  // The leader has them for the whole process.
  record.env = [];
  return record;
}

function fillIdentity(record: ThreadRecord, pid: number, status: ProcStatus, stat: ProcStat): void {
  record.tid = pid;
  record.pid = status.tgid;
  record.ptid = stat.ppid;
  record.sid = stat.sid;
  record.pgid = stat.pgid;
  record.vpgid = status.vpgid;
  record.vtid = status.vtid;
  record.vpid = status.vpid;
  record.comm = stat.comm;
  record.uid = status.uid;
  record.gid = status.gid;
  record.tty = stat.tty;
  record.capInheritable = status.capInheritable;
  record.capPermitted = status.capPermitted;
  record.capEffective = status.capEffective;
}

function fillMemory(record: ThreadRecord, status: ProcStatus, stat: ProcStat): void {
  record.vmSizeKb = status.vmSizeKb;
  record.vmRssKb = status.vmRssKb;
  record.vmSwapKb = status.vmSwapKb;
  record.minorFaults = stat.minorFaults;
  record.majorFaults = stat.majorFaults;
}

function fillCommand(record: ThreadRecord, pid: number, stat: ProcStat, files: ProcFiles): void {
  const [exe = '', ...args] = splitTexts(files.text(`${pid}/cmdline`, maxListBytes) ?? '');
  // Threads of the kernel have no command line.
  record.exe = exe === '' ? stat.comm : exe;
  record.args = args;
  record.env = splitTexts(files.text(`${pid}/environ`, maxListBytes) ?? '');
  record.cwd = files.link(`${pid}/cwd`) ?? '';
  record.root = files.link(`${pid}/root`) ?? '';
  record.loginuid = Number(files.text(`${pid}/loginuid`, 32) ?? record.loginuid);
  record.fdLimit = Number(/^Max open files +(\d+)/m.exec(files.text(`${pid}/limits`) ?? '')?.[1] ?? -1);
}

function fillExecutable(record: ThreadRecord, pid: number, status: ProcStatus, files: ProcFiles): void {
  record.exePath = files.link(`${pid}/exe`) ?? '';
  record.exeFromMemfd = record.exePath.startsWith('/memfd:');
  const attributes = record.exePath === '' ? null : files.attributes(`${pid}/exe`);
  if (attributes !== null) {
    record.exeInode = attributes.inode;
    record.exeInodeCtime = attributes.ctime;
    record.exeInodeMtime = attributes.mtime;
    record.exeWritable = mayWrite(status, attributes);
  }
}

function mayWrite(status: ProcStatus, { mode, uid, gid }: FileAttributes): boolean {
  if ((status.capEffective & overridesModes) !== 0n) {
    return true;
  }
  if (status.uid === uid) {
    return (mode & 0o200) !== 0;
  }
  const isInGroup = status.gid === gid || status.groups.includes(gid);
  return (mode & (isInGroup ? 0o020 : 0o002)) !== 0;
}

/** The unified hierarchy names no controllers; the names that Falco shows for it. */
const unifiedControllers = 'cpu,memory,cpuset';

/** Lines `id:controllers:path` as pairs of controller and path. */
export function parseCgroupFile(text: string): [subsystem: string, path: string][] {
  const cgroups: [string, string][] = [];
  for (const line of text.split('\n')) {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (controllers === undefined || path === undefined) {
      continue;
    }
    for (const controller of (controllers || unifiedControllers).split(',')) {
      // Named hierarchies, such as that of systemd, are no controllers to events.
      cgroups.push([controller.replace(/^name=/, ''), path]);
    }
  }
  return cgroups;
}

function splitTexts(text: string): string[] {
  return text === '' ? [] : (text.endsWith('\0') ? text.slice(0, -1) : text).split('\0');
}

function pidNamespaceStart(
  record: ThreadRecord,
  { files, bootTs, pidNamespaceStarts }: ThreadContext,
): bigint {
  if (record.vpid === record.pid) {
    return bootTs;
  }
  const namespace = files.link(`${record.pid}/ns/pid`) ?? '';
  if (record.vpid === 1 && record.cloneTs !== undefined) {
    pidNamespaceStarts.set(namespace, record.cloneTs);
  }
  return pidNamespaceStarts.get(namespace) ?? 0n;
}
