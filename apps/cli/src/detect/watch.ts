import type { Log } from '@lanner/core';
import { type FSWatcher, realpathSync, watch } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';

export interface WatchTargets {
  readonly files: readonly string[];
  /** Folders in which any file counts. */
  readonly folders: readonly string[];
}

export interface PathWatcher {
  /** Looks at other files and folders from now on. Those of before go on being seen without a gap. */
  readonly retarget: (targets: WatchTargets) => void;
  readonly close: () => void;
}

/** Time in which further changes join the first one, as in Falco. */
const debounceMs = 100;

/**
 * Tells of changes of files and folders, once for changes that come together. Files are watched through their folders,
 * so that replacing one by renaming is seen, and also the exchange of `..data` in folders that Kubernetes mounts.
 */
export function watchPaths(targets: WatchTargets, onChange: () => void, log: Log): PathWatcher {
  let names: FolderNames = new Map();
  let timer: NodeJS.Timeout | undefined;
  const watchers = new Map<string, FSWatcher>();
  const onName = (folder: string, name: string | null): void => {
    const wanted = names.get(folder);
    if (wanted === undefined || (wanted !== null && name !== null && !wanted.has(name))) {
      return;
    }
    clearTimeout(timer);
    timer = setTimeout(onChange, debounceMs);
  };
  const retarget = (next: WatchTargets): void => {
    names = namesByFolder(next);
    for (const [folder, watcher] of watchers) {
      if (!names.has(folder)) {
        watcher.close();
        watchers.delete(folder);
      }
    }
    for (const folder of names.keys()) {
      // A folder that is watched stays so: a change between closing and opening would be lost.
      const watcher = watchers.get(folder) ?? watchFolder(folder, onName, log);
      if (watcher !== null) {
        watchers.set(folder, watcher);
      }
    }
  };
  retarget(targets);
  return {
    retarget,
    close() {
      clearTimeout(timer);
      watchers.forEach((watcher) => {
        watcher.close();
      });
    },
  };
}

/** Names that count in each folder; null for all. */
type FolderNames = Map<string, Set<string> | null>;

function namesByFolder({ files, folders }: WatchTargets): FolderNames {
  const names: FolderNames = new Map();
  for (const file of files.flatMap(withTarget)) {
    const folder = dirname(file);
    const known = names.get(folder) ?? new Set(['..data']);
    names.set(folder, known.add(basename(file)));
  }
  for (const folder of folders) {
    names.set(resolve(folder), null);
  }
  return names;
}

function watchFolder(
  folder: string,
  onName: (folder: string, name: string | null) => void,
  log: Log,
): FSWatcher | null {
  const report = (error: Error): void => {
    log.warn('changes of files are not seen', { folder, reason: error.message });
  };
  try {
    // Watching alone does not keep a run alive.
    const watcher = watch(folder, { persistent: false }, (_type, name) => {
      onName(folder, name);
    });
    return watcher.on('error', report);
  } catch (error) {
    report(error as Error);
    return null;
  }
}

/** The file, and what it is a link to. */
function withTarget(path: string): string[] {
  const file = resolve(path);
  try {
    const target = realpathSync(file);
    return target === file ? [file] : [file, target];
  } catch {
    // Absent: its folder tells when it comes.
    return [file];
  }
}
