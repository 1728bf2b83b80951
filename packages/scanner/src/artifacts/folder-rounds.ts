import { type Dirent, readdirSync } from 'node:fs';
import { asFileError } from './host-file.ts';
import type { PathFilter } from './path-filter.ts';

/** Some of the entries of one folder that are files, or devices in a layer of overlayfs. */
export interface FolderPart {
  readonly folder: string;
  readonly names: readonly string[];
}

/** Parts of folders for several threads: each is looked at by the one that takes it first. */
export interface FolderRound {
  readonly parts: readonly FolderPart[];
  /** Files in all parts. */
  readonly files: number;
  /** How many parts were taken, in memory that the threads share. */
  readonly taken: Int32Array;
}

export interface FolderRoundsOptions {
  readonly root: string;
  readonly filter: PathFilter;
  /** Devices are wanted: they say what lower layers lose. */
  readonly withDevices: boolean;
  readonly onProblem: (error: unknown, path: string) => void;
}

/** Enough that threads seldom wait for each other, and little memory however large the tree is. */
const roundFiles = 2000;
const partFiles = 100;

/** The next part that nobody has taken; undefined when there is none. */
export function takePart({ parts, taken }: FolderRound): FolderPart | undefined {
  return parts[Atomics.add(taken, 0, 1)];
}

/** What is below a folder, in rounds. Links are never followed, and skipped folders are passed over. */
export function* folderRounds(options: FolderRoundsOptions): Generator<FolderRound> {
  // With a stack of its own: folders may be nested deeper than calls may.
  const open = [''];
  let parts: FolderPart[] = [];
  let files = 0;
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    const { inner, names } = entriesOf(folder, options);
    open.push(...inner.reverse());
    for (let at = 0; at < names.length; at += partFiles) {
      parts.push({ folder, names: names.slice(at, at + partFiles) });
    }
    files += names.length;
    if (files >= roundFiles) {
      yield roundOf(parts, files);
      [parts, files] = [[], 0];
    }
  }
  if (files > 0) {
    yield roundOf(parts, files);
  }
}

function roundOf(parts: readonly FolderPart[], files: number): FolderRound {
  return { parts, files, taken: new Int32Array(new SharedArrayBuffer(4)) };
}

function entriesOf(
  folder: string,
  { root, filter, withDevices, onProblem }: FolderRoundsOptions,
): { inner: string[]; names: string[] } {
  const inner: string[] = [];
  const names: string[] = [];
  const full = folder === '' ? root : `${root}/${folder}`;
  for (const entry of read(full, (error) => onProblem(error, folder))) {
    if (entry.isFile() || (withDevices && entry.isCharacterDevice())) {
      names.push(entry.name);
    } else if (entry.isDirectory()) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (!filter.skipsFolder(path)) {
        inner.push(path);
      }
    }
  }
  return { inner: inner.sort(), names: names.sort() };
}

function read(full: string, onProblem: (error: unknown) => void): readonly Dirent[] {
  try {
    return readdirSync(full, { withFileTypes: true });
  } catch (error) {
    onProblem(asFileError(error, full));
    return [];
  }
}
