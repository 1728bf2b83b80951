import { type EventView, fdTypes, pathPlaces } from '@lanner/engine';
import { int64 } from '../lib/params.ts';
import { currentDirectory } from '../lib/ppm-flags.ts';
import { FdEntry } from './fd-entry.ts';
import type { StateTables } from './tables.ts';
import type { ThreadEntry } from './thread-entry.ts';

const fileKind = 0o100000;
const directoryKind = 0o040000;
const socketKind = 0o140000;

/** Entries that name a file: the others come with events of their own, which are always there. */
const fileTypes: ReadonlySet<number> = new Set([fdTypes.file, fdTypes.fileV2, fdTypes.directory]);

/**
 * Takes over where the kernel says that the event's relative paths start. Links in the way of a directory, directories
 * that have been renamed and opens that nobody has seen make no difference any more.
 */
export function takeDirectories(event: EventView, thread: ThreadEntry, state: StateTables): void {
  const { live } = event;
  const places = pathPlaces[event.type];
  if (live === null || places === undefined) {
    return;
  }
  for (let place = 0; place < places.length; place++) {
    const path = live.directory(place);
    const { directory: parameter = null, path: text = 0 } = places[place] ?? {};
    // An empty path (AT_EMPTY_PATH) is about the descriptor itself, which need not be a directory.
    if (path === null || event.text(text) === '') {
      continue;
    }
    const fd = parameter === null ? currentDirectory : int64(event, parameter, -1);
    if (fd === currentDirectory) {
      setWorkingDirectory(thread, path);
    } else if (thread.fdEntries?.get(fd)?.name !== path) {
      state.putFd(thread, fd, entryOf(fdTypes.directory, path, state));
    }
  }
}

function setWorkingDirectory({ main }: ThreadEntry, path: string): void {
  if (main === null) {
    return;
  }
  const length = path.endsWith('/') ? path.length : path.length + 1;
  if (main.cwd.length !== length || !main.cwd.startsWith(path)) {
    main.cwd = path.endsWith('/') ? path : `${path}/`;
  }
}

/**
 * Holds what is known of the descriptor that the event uses against what the kernel says of it: an entry of another file,
 * which an unseen open or close has left, is replaced, and one that is missing is put in.
 */
export function verifyFd(event: EventView, thread: ThreadEntry, fd: number, state: StateTables): void {
  const { live } = event;
  if (live === null || live.fileType === 0 || fd < 0) {
    return;
  }
  const known = thread.fdEntries?.get(fd) ?? null;
  const isKnownAsFile = known !== null && fileTypes.has(known.type);
  if (live.fileType !== fileKind && live.fileType !== directoryKind) {
    // Devices and named pipes are opened as files are: they stay, unless this is another one than was opened.
    const isOpened =
      isKnownAsFile &&
      live.fileType !== socketKind &&
      isSameFile(known, live.device, live.inode, live.kernelPath ?? known.name);
    if (isKnownAsFile && !isOpened) {
      thread.fdEntries?.delete(fd);
    }
    return;
  }
  const path = live.kernelPath;
  if (path?.startsWith('/') !== true || (known?.type === fdTypes.memfd && live.fileType === fileKind)) {
    return;
  }
  if (isKnownAsFile && isSameFile(known, live.device, live.inode, path)) {
    return;
  }
  const type = live.fileType === directoryKind ? fdTypes.directory : fdTypes.fileV2;
  const entry = entryOf(type, path, state);
  entry.dev = live.device;
  entry.setInode(Number(live.inode & 0xffffffffn), Number(live.inode >> 32n));
  state.putFd(thread, fd, entry);
}

// Entries from /proc have no inode, but the name that the kernel gives.
function isSameFile(entry: FdEntry, device: number, inode: bigint, path: string): boolean {
  const { ino } = entry;
  return Number(ino) === 0 ? entry.name === path : entry.dev === device && BigInt(ino) === inode;
}

function entryOf(type: number, path: string, state: StateTables): FdEntry {
  const entry = new FdEntry(type);
  entry.rename(path);
  state.counters.nVerifiedFds++;
  return entry;
}
