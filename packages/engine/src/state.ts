/**
 * What fields can read about the system an event happened on. The tables behind it live in `sensor/state`.
 * Texts are byte strings (latin1). Times are ns since 1970 as bigint, 0n when unknown.
 */
export interface StateView {
  /** The thread with this id; null when unknown. */
  thread(tid: number): Thread | null;
  /** A user of the host (`containerId` '') or of a container. */
  user(containerId: string, uid: number): User | null;
  group(containerId: string, gid: number): Group | null;
  /** What is known of a container; null until its metadata has arrived. */
  container(containerId: string): Container | null;
  /** True when some known container has this IPv4 address (4 bytes in network order). */
  hasContainerAddress(address: string): boolean;
  /** At a context switch: ns since the previous one on the same CPU; 0 for the first and at every other event. */
  readonly switchNs: number;
  /** The host names of rules that lead to an address of 4 or 16 bytes, as far as the live sensor has resolved them. */
  readonly hostNames?: (address: string) => readonly string[];
  /** What the Kubernetes API says of the pod that a thread belongs to; only with a connection to it. */
  readonly podMeta?: (thread: Thread) => PodMeta | null;
  readonly machine: Machine;
  readonly interfaces: readonly NetworkInterface[];
  /** Time of the first event that is not a meta event; what `evt.reltime` counts from. */
  readonly firstTs: bigint;
  /** Times of the previous event (any) for `evt.deltatime`; 0n before the second. */
  readonly previousTs: bigint;
  /** What evt.hostname says: the host's name, or what replaces it. Falco knows none when it replays a capture. */
  readonly hostname: string;
  /** Seconds that local time is ahead of UTC, for times that are printed in local time; UTC when absent. */
  readonly utcOffsetS?: number;
}

/** The machine as its capture, or the running kernel, describes it. */
export interface Machine {
  readonly cpuCount: number;
  readonly memoryBytes: number | bigint;
  readonly hostname: string;
  readonly bootTs: bigint;
}

export interface NetworkInterface {
  readonly name: string;
  /** 4 or 16 bytes in network order, as byte strings. */
  readonly address: string;
  readonly netmask: string;
  readonly broadcast: string;
}

export interface User {
  readonly uid: number;
  readonly gid: number;
  readonly name: string;
  readonly home: string;
  readonly shell: string;
}

export interface Group {
  readonly gid: number;
  readonly name: string;
}

/** Numbers that stand for "not set" in the schema. */
export const unset = { id: 0xffff_ffff, pid: -1 } as const;

/** PPM_CL_* bits of a thread's `flags` that others than the state read. */
export const threadFlags = {
  /** Shares its leader's descriptors. */
  cloneFiles: 1 << 0,
  /** Has exited; removed at the next event, or when the last thread of the group has gone. */
  closed: 1 << 18,
  /** Was created outside the first pid namespace. */
  childInPidns: 1 << 29,
  /** Leads its group although `tid` differs from `pid`. */
  mainThread: 1 << 30,
} as const;

/** A thread, or a process when `tid` equals `pid`. */
export interface Thread {
  readonly tid: number;
  readonly pid: number;
  /** Thread id of the parent; -1 when unknown. */
  readonly ptid: number;
  readonly sid: number;
  readonly pgid: number;
  readonly vpgid: number;
  readonly vtid: number;
  readonly vpid: number;
  readonly comm: string;
  readonly exe: string;
  readonly exePath: string;
  /** Arguments without the first. */
  readonly args: readonly string[];
  /** `comm` and `args` joined by single spaces: joined when first read, and again after one of them has changed. */
  readonly cmdline: string;
  readonly env: readonly string[];
  /** Pairs of subsystem and path, in the kernel's order. */
  readonly cgroups: readonly (readonly [subsystem: string, path: string])[];
  /** Ends with a slash. */
  readonly cwd: string;
  readonly root: string;
  readonly fdLimit: number;
  /** PPM_CL_* bits. */
  readonly flags: number;
  readonly uid: number;
  readonly gid: number;
  /** `unset.id` when not set. */
  readonly loginuid: number;
  readonly vmSizeKb: number;
  readonly vmRssKb: number;
  readonly vmSwapKb: number;
  readonly majorFaults: number;
  readonly minorFaults: number;
  readonly cloneTs: bigint;
  /** Time of the last execve. */
  readonly execTs: bigint;
  readonly pidnsInitStartTs: bigint;
  readonly tty: number;
  readonly capInheritable: bigint;
  readonly capPermitted: bigint;
  readonly capEffective: bigint;
  readonly exeInode: bigint;
  readonly exeInodeCtime: bigint;
  readonly exeInodeMtime: bigint;
  /**
   * `cloneTs` − `exeInodeCtime` modulo 2^64, computed by execve (when `cloneTs` is known), inherited by children;
   * 0n when unknown.
   */
  readonly exeCtimeToCloneNs: bigint;
  /** `exeInodeCtime` − `pidnsInitStartTs`, computed by execve when positive, not inherited; 0n when unknown. */
  readonly pidnsStartToExeCtimeNs: bigint;
  readonly exeWritable: boolean;
  readonly exeUpperLayer: boolean;
  readonly exeLowerLayer: boolean;
  readonly exeFromMemfd: boolean;
  /** Short id, '' on the host. */
  readonly containerId: string;
  /** The thread-group leader; the thread itself when the leader is not known. */
  readonly leader: Thread;
  /** The thread `ptid` names; null when unknown. */
  readonly parent: Thread | null;
  readonly childCount: number;
  /** Threads of the group that are alive, the leader included. */
  readonly threadCount: number;
  /** Sum of `StateView.switchNs` over the thread's context switches, the event at hand included. */
  readonly runNs: number;
  /** Descriptors of the thread group. */
  readonly fds: FdTable;
}

export interface FdTable {
  get(fd: number): Fd | undefined;
  readonly size: number;
  entries(): Iterable<readonly [fd: number, entry: Fd]>;
}

/** Kinds of descriptors, numbered as in the scap format. */
export const fdTypes = {
  unknown: 0,
  file: 1,
  directory: 2,
  ipv4: 3,
  ipv6: 4,
  ipv4Server: 5,
  ipv6Server: 6,
  fifo: 7,
  unix: 8,
  event: 9,
  unsupported: 10,
  signalfd: 11,
  eventpoll: 12,
  inotify: 13,
  timerfd: 14,
  netlink: 15,
  fileV2: 16,
  bpf: 17,
  userfaultfd: 18,
  ioUring: 19,
  memfd: 20,
  pidfd: 21,
} as const;

/** Transport protocols of sockets, numbered as in the scap format. */
export const l4Protocols = { unknown: 0, none: 1, tcp: 2, udp: 3, icmp: 4, raw: 5 } as const;

/** An open descriptor. */
export interface Fd {
  /** One of `fdTypes`. */
  readonly type: number;
  /** Lexical, absolute path, or a socket's tuple, as Falco prints it. */
  readonly name: string;
  /** The path as the process gave it. */
  readonly nameRaw: string;
  readonly openFlags: number;
  readonly dev: number;
  readonly ino: number | bigint;
  /** The process that a pidfd stands for; -1 otherwise. */
  readonly pid: number;
  readonly isServer: boolean;
  readonly isClient: boolean;
  readonly isConnected: boolean;
  readonly isUpperLayer: boolean;
  readonly isLowerLayer: boolean;
  /** The name has been replaced by this very event. */
  readonly nameChanged: boolean;
  /** 4 or 16 bytes in network order; '' when unknown. Source is the client's end; a listening socket is `dip`, `dport`. */
  readonly sip: string;
  readonly dip: string;
  readonly sport: number;
  readonly dport: number;
  /** One of `l4Protocols`. */
  readonly l4: number;
  /** Addresses of the kernel's socket objects (unix sockets). */
  readonly unixSource: bigint;
  readonly unixDest: bigint;
}

export interface ContainerMount {
  readonly source: string;
  readonly destination: string;
  readonly mode: string;
  readonly writable: boolean;
  readonly propagation: string;
}

/** Metadata of a container, from a runtime or from an event in a capture. */
export interface Container {
  readonly id: string;
  readonly fullId: string;
  readonly name: string;
  /** docker, lxc, libvirt-lxc, cri, containerd, cri-o, bpm, podman, host, or '' */
  readonly type: string;
  readonly image: string;
  readonly imageId: string;
  readonly imageRepository: string;
  readonly imageTag: string;
  readonly imageDigest: string;
  readonly ip: string;
  readonly cniJson: string;
  readonly privileged: boolean;
  readonly hostPid: boolean;
  readonly hostNetwork: boolean;
  readonly hostIpc: boolean;
  readonly mounts: readonly ContainerMount[];
  readonly labels: ReadonlyMap<string, string>;
  readonly podSandboxId: string;
  readonly podSandboxLabels: ReadonlyMap<string, string>;
  /** Commands of the probes, name and arguments joined; '' when there is none. */
  readonly healthcheckExe: string;
  readonly healthcheckArgs: readonly string[];
  readonly livenessExe: string;
  readonly livenessArgs: readonly string[];
  readonly readinessExe: string;
  readonly readinessArgs: readonly string[];
  readonly createdTs: bigint;
  readonly sizeBytes: number;
  /** The user that the container was told to run as; '' when not said. */
  readonly user: string;
}

/** An object of the Kubernetes API. */
export interface KubernetesObject {
  readonly uid: string;
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
}

/** A pod with the objects it belongs to; what is not known, or does not exist, is null. */
export interface PodMeta extends KubernetesObject {
  /** '' until the pod has one. */
  readonly ip: string;
  readonly namespace: KubernetesObject | null;
  readonly deployment: KubernetesObject | null;
  readonly replicaSet: KubernetesObject | null;
  readonly replicationController: KubernetesObject | null;
  readonly services: readonly KubernetesObject[];
}
