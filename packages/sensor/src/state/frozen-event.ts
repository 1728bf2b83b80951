import { EventView, type Fd, type FdTable, type StateView, type Thread } from '@lanner/engine';
import { latin1 } from '../capture/latin1.ts';
import { FdEntry } from './fd-entry.ts';

/** Every property of a thread: the compiler sees when one is missing. */
const threadProperties: Readonly<Record<keyof Thread, true>> = {
  tid: true,
  pid: true,
  ptid: true,
  sid: true,
  pgid: true,
  vpgid: true,
  vtid: true,
  vpid: true,
  comm: true,
  exe: true,
  exePath: true,
  args: true,
  cmdline: true,
  env: true,
  cgroups: true,
  cwd: true,
  root: true,
  fdLimit: true,
  flags: true,
  uid: true,
  gid: true,
  loginuid: true,
  vmSizeKb: true,
  vmRssKb: true,
  vmSwapKb: true,
  majorFaults: true,
  minorFaults: true,
  cloneTs: true,
  execTs: true,
  pidnsInitStartTs: true,
  tty: true,
  capInheritable: true,
  capPermitted: true,
  capEffective: true,
  exeInode: true,
  exeInodeCtime: true,
  exeInodeMtime: true,
  exeCtimeToCloneNs: true,
  pidnsStartToExeCtimeNs: true,
  exeWritable: true,
  exeUpperLayer: true,
  exeLowerLayer: true,
  exeFromMemfd: true,
  containerId: true,
  leader: true,
  parent: true,
  childCount: true,
  threadCount: true,
  runNs: true,
  fds: true,
};

/** The longest line of ancestors that is kept. */
const maxAncestors = 64;
/** Descriptors of its process that an event keeps beside its own; more are only counted. */
const maxFds = 32;

/**
 * A view like `event` that stays valid when events go on: with bytes of its own, and threads as they are now. What is
 * known of containers and users is asked when it is read: that is what such an event waits for.
 */
export function freezeEvent(event: EventView): EventView {
  const threads = new Map<number, Thread>();
  const frozen = new EventView(frozenState(event.state, threads), latin1);
  const bytes = event.bytes.slice(event.offset, event.offset + event.size);
  frozen.reset(bytes, new DataView(bytes.buffer), 0, event.cpu);
  frozen.num = event.num;
  frozen.source = event.source;
  frozen.pluginId = event.pluginId;
  frozen.fdNum = event.fdNum;
  frozen.fd = copyOf(event.fd);
  frozen.container = event.container;
  frozen.live = event.live;
  frozen.thread = event.thread === null ? null : freezeThread(event.thread, threads, maxAncestors);
  const own = event.thread === null ? undefined : threads.get(event.thread.tid);
  if (own !== undefined) {
    Object.assign(own, { fds: freezeFds(own.fds, event.fdNum) });
  }
  return frozen;
}

function copyOf<Kept extends Fd | null>(fd: Kept): Fd | Kept {
  return fd instanceof FdEntry ? fd.copy() : fd;
}

/** The first descriptors of a table, and one that must not be missing, as they are now. */
function freezeFds(fds: FdTable, always: number): FdTable {
  const kept = new Map<number, Fd>();
  const entry = fds.get(always);
  if (entry !== undefined) {
    kept.set(always, copyOf(entry));
  }
  for (const [fd, other] of fds.entries()) {
    if (kept.size > maxFds) {
      break;
    }
    kept.set(fd, copyOf(other));
  }
  return { size: fds.size, get: (fd) => kept.get(fd), entries: () => kept };
}

function freezeThread(thread: Thread, threads: Map<number, Thread>, depth: number): Thread {
  const known = threads.get(thread.tid);
  if (known !== undefined) {
    return known;
  }
  const copy: Record<string, unknown> = {};
  for (const property of Object.keys(threadProperties)) {
    copy[property] = thread[property as keyof Thread];
  }
  // All of a thread's properties have been copied.
  const frozen = copy as unknown as Thread;
  threads.set(thread.tid, frozen);
  const { leader, parent } = thread;
  copy['leader'] = leader === thread ? frozen : freezeThread(leader, threads, depth);
  copy['parent'] = parent === null || depth === 0 ? parent : freezeThread(parent, threads, depth - 1);
  return frozen;
}

function frozenState(state: StateView, threads: ReadonlyMap<number, Thread>): StateView {
  return {
    thread: (tid) => threads.get(tid) ?? state.thread(tid),
    user: (containerId, uid) => state.user(containerId, uid),
    group: (containerId, gid) => state.group(containerId, gid),
    container: (containerId) => state.container(containerId),
    hasContainerAddress: (address) => state.hasContainerAddress(address),
    ...(state.hostNames === undefined ? {} : { hostNames: (address) => state.hostNames?.(address) ?? [] }),
    ...(state.podMeta === undefined ? {} : { podMeta: state.podMeta }),
    switchNs: state.switchNs,
    machine: state.machine,
    interfaces: state.interfaces,
    firstTs: state.firstTs,
    previousTs: state.previousTs,
    hostname: state.hostname,
    ...(state.utcOffsetS === undefined ? {} : { utcOffsetS: state.utcOffsetS }),
  };
}
