import { fdTypes } from '@lanner/engine';
import { emptyFd } from '../capture/fd-entry.ts';
import type { FdRecord } from '../capture/records.ts';
import { openFlags } from '../lib/ppm-flags.ts';
import { fromKernelFlags } from './open-flags.ts';
import type { ProcFiles } from './proc-files.ts';
import type { SocketTable } from './sockets.ts';

/** What descriptors of a process refer to. */
export interface FdContext {
  readonly files: ProcFiles;
  readonly sockets: SocketTable;
  /** Devices of mounts by their ids. */
  readonly devices: ReadonlyMap<number, number>;
  readonly architecture: string;
}

/** What the kernel calls descriptors without a name in a file system. */
const anonymousTypes: ReadonlyMap<string, number> = new Map([
  ['[eventfd]', fdTypes.event],
  ['[eventpoll]', fdTypes.eventpoll],
  ['[signalfd]', fdTypes.signalfd],
  ['[timerfd]', fdTypes.timerfd],
  ['inotify', fdTypes.inotify],
  ['[inotify]', fdTypes.inotify],
  ['bpf-map', fdTypes.bpf],
  ['bpf-prog', fdTypes.bpf],
  ['bpf_link', fdTypes.bpf],
  ['[bpf-map]', fdTypes.bpf],
  ['[bpf-prog]', fdTypes.bpf],
  ['[bpf_link]', fdTypes.bpf],
  ['[userfaultfd]', fdTypes.userfaultfd],
  ['[io_uring]', fdTypes.ioUring],
  ['[pidfd]', fdTypes.pidfd],
]);

const anonymousPrefix = 'anon_inode:';
const memfdPrefix = '/memfd:';

/** One descriptor of a process; null when it is closed. Nothing is asked of the file system that the file lies on. */
export function readFd(pid: number, fd: number, context: FdContext): FdRecord | null {
  const target = context.files.link(`${pid}/fd/${fd}`);
  if (target === null) {
    return null;
  }
  const numbered = /^(socket|pipe|pidfd):\[(\d+)\]$/.exec(target);
  if (numbered !== null) {
    return numberedFd(fd, numbered[1] ?? '', Number(numbered[2]), target, context.sockets);
  }
  if (target.startsWith(anonymousPrefix)) {
    const type = anonymousTypes.get(target.slice(anonymousPrefix.length)) ?? fdTypes.unsupported;
    return { ...emptyFd(fd, 0, type), name: target };
  }
  return fileFd(pid, fd, target, context);
}

function numberedFd(fd: number, kind: string, inode: number, name: string, sockets: SocketTable): FdRecord {
  if (kind === 'socket') {
    const socket = sockets.get(inode) ?? { type: fdTypes.unsupported, name };
    return { ...emptyFd(fd, inode, fdTypes.unsupported), ...socket };
  }
  return { ...emptyFd(fd, inode, kind === 'pipe' ? fdTypes.fifo : fdTypes.pidfd), name };
}

function fileFd(pid: number, fd: number, target: string, context: FdContext): FdRecord {
  const text = context.files.text(`${pid}/fdinfo/${fd}`, 4096) ?? '';
  const flags = fromKernelFlags(numberOf(text, 'flags', 8), context.architecture);
  const inode = numberOf(text, 'ino', 10);
  if (target.startsWith(memfdPrefix)) {
    return { ...emptyFd(fd, inode, fdTypes.memfd), name: target };
  }
  const type = (flags & openFlags.directory) === 0 ? fdTypes.fileV2 : fdTypes.directory;
  return {
    ...emptyFd(fd, inode, type),
    name: target,
    openFlags: flags,
    dev: context.devices.get(numberOf(text, 'mnt_id', 10)) ?? 0,
  };
}

/** A number of fdinfo; 0 where this kernel does not tell it. */
function numberOf(text: string, key: string, radix: number): number {
  const value = Number.parseInt(new RegExp(`^${key}:\\s*(\\d+)`, 'm').exec(text)?.[1] ?? '', radix);
  return Number.isNaN(value) ? 0 : value;
}
