import type { Cursor } from './cursor.ts';
import { textLimits } from './format.ts';
import type { ThreadRecord } from './records.ts';

/** What the 0.9 versions of Falco's libraries wrote behind `root`: loginuid, exe_writable, three capability sets. */
const shortTailBytes = 29;

/** Reads one entry of a process list of the given version (1 to 9). */
export function readThread(cursor: Cursor, version: number): ThreadRecord {
  const record = emptyThread();
  if (version >= 9) {
    cursor.entryBytes = cursor.u32();
  }
  readIdentity(cursor, version, record);
  readCommand(cursor, version, record);
  if (version >= 2) {
    readUsage(cursor, record);
  }
  if (version >= 3) {
    record.env = cursor.texts(textLimits.env);
  }
  if (version >= 4) {
    readNamespaces(cursor, version, record);
  }
  if (cursor.entryBytes > 0) {
    readTail(cursor, record);
  }
  return record;
}

function readIdentity(cursor: Cursor, version: number, record: ThreadRecord): void {
  record.tid = cursor.i64();
  record.pid = cursor.i64();
  record.ptid = cursor.i64();
  if (version >= 6) {
    record.sid = cursor.i64();
  }
  if (version >= 8) {
    record.vpgid = cursor.i64();
  }
}

function readCommand(cursor: Cursor, version: number, record: ThreadRecord): void {
  record.comm = cursor.text(textLimits.path);
  record.exe = cursor.text(textLimits.path);
  if (version >= 7) {
    record.exePath = cursor.text(textLimits.path);
  }
  record.args = cursor.texts(textLimits.args);
  record.cwd = cursor.text(textLimits.path);
  record.fdLimit = cursor.i64();
  record.flags = cursor.u32();
  record.uid = cursor.u32();
  record.gid = cursor.u32();
}

function readUsage(cursor: Cursor, record: ThreadRecord): void {
  record.vmSizeKb = cursor.u32();
  record.vmRssKb = cursor.u32();
  record.vmSwapKb = cursor.u32();
  record.majorFaults = cursor.i64();
  record.minorFaults = cursor.i64();
}

function readNamespaces(cursor: Cursor, version: number, record: ThreadRecord): void {
  record.vtid = cursor.i64();
  record.vpid = cursor.i64();
  record.cgroups = toCgroups(cursor.texts(textLimits.cgroups));
  if (version >= 5) {
    record.root = cursor.text(textLimits.path);
  }
}

// Fields have only ever been appended, so the first that no longer fits ends the tail, but for two that were put in
// the middle once.
function readTail(cursor: Cursor, record: ThreadRecord): void {
  if (cursor.entryBytes - cursor.used > shortTailBytes) {
    record.pidnsInitStartTs = cursor.optionalBig64();
    record.tty = cursor.optionalU32(0);
  }
  record.loginuid = cursor.optionalU32(record.loginuid);
  record.exeWritable = cursor.optionalFlag();
  record.capInheritable = cursor.optionalBig64();
  record.capPermitted = cursor.optionalBig64();
  record.capEffective = cursor.optionalBig64();
  record.exeUpperLayer = cursor.optionalFlag();
  record.exeInode = cursor.optionalBig64();
  record.exeInodeCtime = cursor.optionalBig64();
  record.exeInodeMtime = cursor.optionalBig64();
  record.exeFromMemfd = cursor.optionalFlag();
  record.exeLowerLayer = cursor.optionalFlag();
  record.pgid = cursor.optionalI64(record.pgid);
}

// Falco drops the whole list when one entry has no '='.
function toCgroups(entries: readonly string[]): [subsystem: string, path: string][] {
  const cgroups: [subsystem: string, path: string][] = [];
  for (const entry of entries) {
    const equals = entry.indexOf('=');
    if (equals < 0) {
      return [];
    }
    cgroups.push([entry.slice(0, equals), entry.slice(equals + 1)]);
  }
  return cgroups;
}

/** A process list entry with every member at its default. */
export function emptyThread(): ThreadRecord {
  return {
    tid: 0,
    pid: 0,
    ptid: 0,
    sid: -1,
    vpgid: -1,
    pgid: -1,
    vtid: -1,
    vpid: -1,
    comm: '',
    exe: '',
    exePath: '',
    args: [],
    cwd: '',
    root: '',
    env: [],
    cgroups: [],
    fdLimit: 0,
    flags: 0,
    uid: 0,
    gid: 0,
    loginuid: 0xffff_ffff,
    vmSizeKb: 0,
    vmRssKb: 0,
    vmSwapKb: 0,
    majorFaults: 0,
    minorFaults: 0,
    pidnsInitStartTs: 0n,
    tty: 0,
    capInheritable: 0n,
    capPermitted: 0n,
    capEffective: 0n,
    exeInode: 0n,
    exeInodeCtime: 0n,
    exeInodeMtime: 0n,
    exeWritable: false,
    exeUpperLayer: false,
    exeLowerLayer: false,
    exeFromMemfd: false,
  };
}
