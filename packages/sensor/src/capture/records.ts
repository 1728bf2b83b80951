import type { Group, Machine, NetworkInterface, User } from '@lanner/engine';

/** One entry of a capture's process list; what an older list version lacks has its default. Texts are byte strings. */
export interface ThreadRecord {
  tid: number;
  pid: number;
  ptid: number;
  /** -1 when absent, like vpgid, pgid, vtid and vpid. */
  sid: number;
  vpgid: number;
  pgid: number;
  vtid: number;
  vpid: number;
  comm: string;
  exe: string;
  exePath: string;
  /** Arguments without the first. */
  args: string[];
  cwd: string;
  root: string;
  env: string[];
  cgroups: [subsystem: string, path: string][];
  fdLimit: number;
  /** PPM_CL_* bits. */
  flags: number;
  uid: number;
  gid: number;
  /** 2^32-1 when absent. */
  loginuid: number;
  vmSizeKb: number;
  vmRssKb: number;
  vmSwapKb: number;
  majorFaults: number;
  minorFaults: number;
  /** ns since 1970; 0n when absent. */
  pidnsInitStartTs: bigint;
  tty: number;
  capInheritable: bigint;
  capPermitted: bigint;
  capEffective: bigint;
  exeInode: bigint;
  exeInodeCtime: bigint;
  exeInodeMtime: bigint;
  exeWritable: boolean;
  exeUpperLayer: boolean;
  exeLowerLayer: boolean;
  exeFromMemfd: boolean;
  /** When the thread was made, in ns since 1970; captures do not say. */
  cloneTs?: bigint;
}

/** One entry of a descriptor list. */
export interface FdRecord {
  fd: number;
  ino: number | bigint;
  /** One of `fdTypes`. */
  type: number;
  /** Path or description; '' for sockets of the internet families. */
  name: string;
  openFlags: number;
  dev: number;
  /** 4 or 16 bytes in network order as byte strings; source is the local end as recorded, '' when there is none. */
  sip: string;
  dip: string;
  sport: number;
  dport: number;
  /** One of `l4Protocols`. */
  l4: number;
  unixSource: bigint;
  unixDest: bigint;
}

/** The machine as a capture's machine block describes it. */
export interface MachineRecord extends Machine {
  readonly maxPid: number | bigint;
  readonly flags: number | bigint;
}

export interface InterfaceRecord extends NetworkInterface {
  /** In bits per second; 0 when unknown. */
  readonly linkSpeed: number | bigint;
}

/** Takes what a capture says about the system before its events. */
export interface CaptureSink {
  /** A section starts, the first or that of a concatenated capture: forget what the previous one said. */
  section(): void;
  machine(machine: MachineRecord): void;
  /** Replaces the list. */
  interfaces(interfaces: readonly InterfaceRecord[]): void;
  user(user: User): void;
  group(group: Group): void;
  thread(record: ThreadRecord): void;
  fd(tid: number, record: FdRecord): void;
}
