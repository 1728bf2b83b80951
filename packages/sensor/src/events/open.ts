import { type EventView, fdTypes } from '@lanner/engine';
import { defineEventHandler } from '../event-handler.ts';
import { type EnterCall, type EnterParameters, readEnterCall } from '../lib/enter-call.ts';
import { int64, uint, unknownText } from '../lib/params.ts';
import { creatFlags, openFlags } from '../lib/ppm-flags.ts';
import { directoryPath } from '../state/directory-path.ts';
import { FdEntry } from '../state/fd-entry.ts';
import { PathText } from '../state/path-text.ts';
import type { StateTables } from '../state/tables.ts';
import type { ThreadEntry } from '../state/thread-entry.ts';

export const eventHandler = defineEventHandler({
  id: 'open',
  doc: 'open, creat, openat, openat2 and open_by_handle_at make a file or a directory.',
  on: {
    SYSCALL_OPEN_E: keeping({ path: 0, flags: 1 }),
    SYSCALL_CREAT_E: keeping({ path: 0 }),
    SYSCALL_OPENAT_2_E: keeping({ dirFd: 0, path: 1, flags: 2 }),
    SYSCALL_OPENAT2_E: keeping({ dirFd: 0, path: 1, flags: 2 }),
    SYSCALL_OPEN_X: open,
    SYSCALL_CREAT_X: creat,
    SYSCALL_OPENAT_2_X: (event, state) => openAt(event, state, 5, 6),
    SYSCALL_OPENAT2_X: (event, state) => openAt(event, state, 6, 7),
    SYSCALL_OPEN_BY_HANDLE_AT_X: openByHandle,
  },
});

// When the first parameter is empty, so are the others.
function keeping(parameters: EnterParameters): (event: EventView, state: StateTables) => void {
  return (event, state) => {
    const call = event.has(0) ? readEnterCall(event, parameters) : null;
    if (call !== null) {
      state.keepEnterCall(call);
    }
  };
}

function open(event: EventView, state: StateTables): void {
  const thread = state.currentThread;
  const call = state.enterCall(event);
  const fd = int64(event, 0, -1);
  if (thread === null || fd < 0) {
    return;
  }
  const flags = uint(event, 2);
  const entry = newFile(call === null || call.path === unknownText ? flags : enteredFlags(call.flags, flags));
  entry.setPath(enteredPath(call?.path) ?? state.texts.path(event, 1), thread.workingDirectory);
  setInode(entry, event, 4, 5);
  state.addFd(fd, entry);
}

function creat(event: EventView, state: StateTables): void {
  const thread = state.currentThread;
  const call = state.enterCall(event);
  const fd = int64(event, 0, -1);
  if (thread === null || fd < 0) {
    return;
  }
  const entry = newFile(layerFlags(uint(event, 5)));
  entry.setPath(enteredPath(call?.path) ?? state.texts.path(event, 1), thread.workingDirectory);
  setInode(entry, event, 3, 4);
  state.addFd(fd, entry);
}

function openAt(event: EventView, state: StateTables, device: number, inode: number): void {
  const thread = state.currentThread;
  const call = state.enterCall(event);
  const fd = int64(event, 0, -1);
  if (thread === null || fd < 0) {
    return;
  }
  const entry =
    call === null || call.path === unknownText
      ? openedAt(event, state, thread)
      : enteredAt(event, call, thread);
  setInode(entry, event, device, inode);
  state.addFd(fd, entry);
}

function openedAt(event: EventView, state: StateTables, thread: ThreadEntry): FdEntry {
  const path = state.texts.path(event, 2);
  const entry = newFile(uint(event, 3));
  entry.setPath(path, event.has(1) ? directoryPath(thread, path.raw, int64(event, 1)) : '');
  return entry;
}

// The program may change the path while the call runs: what it was at the call's start is what the kernel took.
function enteredAt(event: EventView, call: EnterCall, thread: ThreadEntry): FdEntry {
  const entry = newFile(enteredFlags(call.flags, uint(event, 3)));
  entry.setPath(new PathText(call.path), directoryPath(thread, call.path, call.dirFd));
  return entry;
}

// The kernel itself names the file, from the root on.
function openByHandle(event: EventView, state: StateTables): void {
  const fd = int64(event, 0, -1);
  if (state.currentThread === null || fd < 0) {
    return;
  }
  const entry = newFile(uint(event, 2));
  entry.setPath(state.texts.path(event, 3), '');
  setInode(entry, event, 4, 5);
  state.addFd(fd, entry);
}

function newFile(flags: number): FdEntry {
  const entry = new FdEntry((flags & openFlags.directory) === 0 ? fdTypes.fileV2 : fdTypes.directory, flags);
  if ((flags & (openFlags.upperLayer | openFlags.lowerLayer)) !== 0) {
    entry.markLayers(flags);
  }
  return entry;
}

// What the program asked for, with what the driver found out.
function enteredFlags(entered: number, exited: number): number {
  return entered | (exited & ~(openFlags.created - 1));
}

function enteredPath(path: string | undefined): PathText | null {
  return path === undefined || path === unknownText ? null : new PathText(path);
}

// creat has no flags, so its event says in a parameter of its own on which layer the file lies.
function layerFlags(flags: number): number {
  if ((flags & creatFlags.upperLayer) !== 0) {
    return openFlags.upperLayer;
  }
  return (flags & creatFlags.lowerLayer) === 0 ? 0 : openFlags.lowerLayer;
}

function setInode(entry: FdEntry, event: EventView, device: number, inode: number): void {
  entry.dev = uint(event, device);
  if (event.length(inode) === 8) {
    const start = event.start(inode);
    entry.setInode(event.view.getInt32(start, true), event.view.getInt32(start + 4, true));
  }
}
