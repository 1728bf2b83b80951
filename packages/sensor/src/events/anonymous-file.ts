import { type EventView, fdTypes } from '@lanner/engine';
import { defineEventHandler } from '../event-handler.ts';
import { int64, uint } from '../lib/params.ts';
import { epollCloseOnExec, openFlags } from '../lib/ppm-flags.ts';
import { FdEntry } from '../state/fd-entry.ts';
import type { StateTables } from '../state/tables.ts';

export const eventHandler = defineEventHandler({
  id: 'anonymous-file',
  doc: 'eventfd, signalfd, timerfd, inotify, epoll, bpf, userfaultfd, io_uring and memfd make descriptors without a file.',
  on: {
    SYSCALL_EVENTFD_X: making(fdTypes.event),
    SYSCALL_EVENTFD2_X: making(fdTypes.event, 1),
    SYSCALL_SIGNALFD_X: making(fdTypes.signalfd),
    SYSCALL_SIGNALFD4_X: making(fdTypes.signalfd, 1),
    SYSCALL_TIMERFD_CREATE_X: making(fdTypes.timerfd, 2),
    SYSCALL_INOTIFY_INIT_X: making(fdTypes.inotify),
    SYSCALL_INOTIFY_INIT1_X: making(fdTypes.inotify, 1),
    SYSCALL_BPF_2_X: making(fdTypes.bpf),
    SYSCALL_USERFAULTFD_X: making(fdTypes.userfaultfd),
    SYSCALL_IO_URING_SETUP_X: making(fdTypes.ioUring),
    SYSCALL_EPOLL_CREATE_X: making(fdTypes.eventpoll),
    SYSCALL_EPOLL_CREATE1_X: epollCreate1,
    SYSCALL_MEMFD_CREATE_X: memfdCreate,
  },
});

/** `flags`: the parameter that holds the open flags, where the event has one that counts. */
function making(type: number, flags?: number): (event: EventView, state: StateTables) => void {
  return (event, state) => {
    make(event, state, type, flags === undefined ? 0 : uint(event, flags));
  };
}

function make(event: EventView, state: StateTables, type: number, flags: number): void {
  const fd = int64(event, 0, -1);
  if (state.currentThread !== null && fd >= 0) {
    state.addFd(fd, new FdEntry(type, flags));
  }
}

function epollCreate1(event: EventView, state: StateTables): void {
  const isCloseOnExec = (uint(event, 1) & epollCloseOnExec) !== 0;
  make(event, state, fdTypes.eventpoll, isCloseOnExec ? openFlags.closeOnExec : 0);
}

function memfdCreate(event: EventView, state: StateTables): void {
  const fd = int64(event, 0, -1);
  if (fd >= 0) {
    const entry = new FdEntry(fdTypes.memfd, uint(event, 2));
    entry.rename(state.texts.text(event, 1));
    state.addFd(fd, entry);
  } else {
    // Falco puts a failed call into the table, as a descriptor that is nothing yet under the number of the error.
    state.addFd(fd, new FdEntry(uninitialized));
  }
}

/** A type that no open descriptor has. */
const uninitialized = -1;
