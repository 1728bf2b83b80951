import type { Fd, FdTable, StateView, Thread } from '../state.ts';
import { fdTypes, l4Protocols, unset } from '../state.ts';

/** An open file with the given properties. */
export function testFd(properties: Partial<Fd> = {}): Fd {
  return {
    type: fdTypes.fileV2,
    name: '',
    nameRaw: '',
    openFlags: 0,
    dev: 0,
    ino: 0,
    pid: -1,
    isServer: false,
    isClient: false,
    isConnected: false,
    isUpperLayer: false,
    isLowerLayer: false,
    nameChanged: false,
    sip: '',
    dip: '',
    sport: 0,
    dport: 0,
    l4: l4Protocols.unknown,
    unixSource: 0n,
    unixDest: 0n,
    ...properties,
  };
}

/** A table of descriptors. */
export function testFds(fds: Readonly<Record<number, Fd>> = {}): FdTable {
  const table = new Map(Object.entries(fds).map(([fd, entry]) => [Number(fd), entry]));
  return { get: (fd) => table.get(fd), size: table.size, entries: () => table.entries() };
}

/** A process of the host, in `/`, that has just been seen for the first time; its own leader, without a parent. */
export function testThread(properties: Partial<Thread> = {}): Thread {
  const thread: Omit<Thread, 'leader' | 'cmdline'> = {
    tid: 1,
    pid: 1,
    ptid: -1,
    sid: -1,
    pgid: -1,
    vpgid: -1,
    vtid: 1,
    vpid: 1,
    comm: 'init',
    exe: '/sbin/init',
    exePath: '/sbin/init',
    args: [],
    env: [],
    cgroups: [],
    cwd: '/',
    root: '/',
    fdLimit: 1024,
    flags: 0,
    uid: 0,
    gid: 0,
    loginuid: unset.id,
    vmSizeKb: 0,
    vmRssKb: 0,
    vmSwapKb: 0,
    majorFaults: 0,
    minorFaults: 0,
    cloneTs: 0n,
    execTs: 0n,
    pidnsInitStartTs: 0n,
    tty: 0,
    capInheritable: 0n,
    capPermitted: 0n,
    capEffective: 0n,
    exeInode: 0n,
    exeInodeCtime: 0n,
    exeInodeMtime: 0n,
    exeCtimeToCloneNs: 0n,
    pidnsStartToExeCtimeNs: 0n,
    exeWritable: false,
    exeUpperLayer: false,
    exeLowerLayer: false,
    exeFromMemfd: false,
    containerId: '',
    parent: null,
    childCount: 0,
    threadCount: 1,
    runNs: 0,
    fds: testFds(),
    ...properties,
  };
  const whole = { cmdline: [thread.comm, ...thread.args].join(' '), ...thread, ...properties };
  return whole.leader === undefined ? withItselfAsLeader(whole) : { ...whole, leader: whole.leader };
}

function withItselfAsLeader(thread: Omit<Thread, 'leader'>): Thread {
  return Object.defineProperty({ ...thread } as Thread, 'leader', {
    // A getter, since the object cannot name itself while it is being built; the cast above is completed here.
    get(this: Thread) {
      return this;
    },
    enumerable: true,
  });
}

/** A state that knows nothing but what is given. */
export function testState(properties: Partial<StateView> = {}): StateView {
  return {
    thread: () => null,
    user: () => null,
    group: () => null,
    container: () => null,
    hasContainerAddress: () => false,
    switchNs: 0,
    machine: { cpuCount: 1, memoryBytes: 0, hostname: 'test', bootTs: 0n },
    interfaces: [],
    firstTs: 0n,
    previousTs: 0n,
    hostname: 'test',
    ...properties,
  };
}
