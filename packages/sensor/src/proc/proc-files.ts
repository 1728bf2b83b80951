import { Buffer } from 'node:buffer';
import { closeSync, openSync, readdirSync, readlinkSync, readSync, statSync } from 'node:fs';
import { latin1 } from '../capture/latin1.ts';

/** What of a file's attributes the state has room for. */
export interface FileAttributes {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly inode: bigint;
  /** ns since 1970. */
  readonly ctime: bigint;
  readonly mtime: bigint;
}

/**
 * Files of a process file system, by paths below it such as `1/stat`. Processes end while they are looked at: what is
 * not there, or may not be read, is null. Texts are byte strings.
 */
export interface ProcFiles {
  /** At most `maxBytes` from the start of a file. */
  readonly text: (path: string, maxBytes?: number) => string | null;
  readonly link: (path: string) => string | null;
  readonly names: (path: string) => readonly string[] | null;
  /** Attributes of what a path leads to. */
  readonly attributes: (path: string) => FileAttributes | null;
}

const defaultMaxBytes = 64 * 1024;

/** The process file system below `root`: `/proc`, or the host's `/host/proc` in a container. */
export function procFiles(root = '/proc'): ProcFiles {
  const buffer = Buffer.alloc(defaultMaxBytes);
  return {
    text: (path, maxBytes = defaultMaxBytes) => orNull(() => readText(`${root}/${path}`, buffer, maxBytes)),
    link: (path) => orNull(() => readlinkSync(`${root}/${path}`, 'latin1')),
    names: (path) => orNull(() => readdirSync(`${root}/${path}`)),
    attributes: (path) => orNull(() => attributesOf(`${root}/${path}`)),
  };
}

function readText(path: string, buffer: Buffer, maxBytes: number): string {
  const fd = openSync(path, 'r');
  try {
    let text = '';
    let length = 0;
    while (text.length + length < maxBytes) {
      if (length === buffer.length) {
        text += latin1(buffer, 0, length);
        length = 0;
      }
      const room = Math.min(buffer.length - length, maxBytes - text.length - length);
      const count = readSync(fd, buffer, length, room, null);
      if (count === 0) {
        break;
      }
      length += count;
    }
    return text + latin1(buffer, 0, length);
  } finally {
    closeSync(fd);
  }
}

function attributesOf(path: string): FileAttributes {
  const { mode, uid, gid, ino, ctimeNs, mtimeNs } = statSync(path, { bigint: true });
  return {
    mode: Number(mode),
    uid: Number(uid),
    gid: Number(gid),
    inode: ino,
    ctime: ctimeNs,
    mtime: mtimeNs,
  };
}

// Every error of a process file means the same: the process has gone, or is somebody else's.
function orNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) {
      throw error;
    }
    return null;
  }
}
