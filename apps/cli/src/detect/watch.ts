import type { Log } from '@lanner/core';
import { type FSWatcher, realpathSync, watch } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';

export interface WatchTargets {
  readonly files: readonly string[];
  /** Folders in which any file counts. */
  readonly folders: readonly string[];
}

export interface PathWatcher {
  readonly close: () => void;
}

/** Time in which further changes join the first one, as in Falco. */
const debounceMs = 100;

/**
 * Tells of changes of files and folders, once for changes that come together. Files are watched through their folders,
 * so that replacing one by renaming is seen, and also the exchange of `..data` in folders that Kubernetes mounts.
 */
export function watchPaths({ files, folders }: WatchTargets, onChange: () => void, log: Log): PathWatcher {
  const names = new Map<string, Set<string> | null>();
  for (const file of files.flatMap(withTarget)) {
    const folder = dirname(file);
    const known = names.get(folder) ?? new Set(['..data']);
    names.set(folder, known.add(basename(file)));
  }
  for (const folder of folders) {
    names.set(resolve(folder), null);
  }
  let timer: NodeJS.Timeout | undefined;
  const note = (): void => {
    clearTimeout(timer);
    timer = setTimeout(onChange, debounceMs);
  };
  const watchers = [...names].flatMap(([folder, wanted]) => watchFolder(folder, wanted, note, log));
  return {
    close() {
      clearTimeout(timer);
      watchers.forEach((watcher) => {
        watcher.close();
      });
    },
  };
}

function watchFolder(
  folder: string,
  wanted: ReadonlySet<string> | null,
  note: () => void,
  log: Log,
): FSWatcher[] {
  const report = (error: Error): void => {
    log.warn('changes of files are not seen', { folder, reason: error.message });
  };
  try {
    // Watching alone does not keep a run alive.
    const watcher = watch(folder, { persistent: false }, (_type, name) => {
      if (wanted === null || name === null || wanted.has(name)) {
        note();
      }
    });
    return [watcher.on('error', report)];
  } catch (error) {
    report(error as Error);
    return [];
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
