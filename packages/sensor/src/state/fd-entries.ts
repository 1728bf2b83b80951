import type { FdTable } from '@lanner/engine';
import type { FdEntry } from './fd-entry.ts';

/** Descriptors below this number, which is nearly all, lie in an array. */
const lowCount = 1024;

/** The descriptors of a process. */
export class FdEntries implements FdTable {
  #low: (FdEntry | undefined)[] = [];
  #high: Map<number, FdEntry> | null = null;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(fd: number): FdEntry | undefined {
    // A number beyond the end, or a negative one, must not turn the array into a slow one.
    if (fd < this.#low.length) {
      return fd >= 0 ? this.#low[fd] : undefined;
    }
    return this.#high?.get(fd);
  }

  /** Adds or replaces a descriptor. One with a negative number counts, but is never found. */
  set(fd: number, entry: FdEntry): void {
    if (fd < 0 || fd >= lowCount) {
      this.#setHigh(fd, entry);
      return;
    }
    const low = this.#low;
    while (low.length <= fd) {
      low.push(undefined);
    }
    if (low[fd] === undefined) {
      this.#size++;
    }
    low[fd] = entry;
  }

  /** False when there was none. */
  delete(fd: number): boolean {
    if (fd >= 0 && fd < this.#low.length) {
      if (this.#low[fd] === undefined) {
        return false;
      }
      this.#low[fd] = undefined;
      this.#size--;
      return true;
    }
    if (this.#high?.delete(fd) !== true) {
      return false;
    }
    this.#size--;
    return true;
  }

  /** Removes those that `goes` chooses and tells how many. */
  deleteWhere(goes: (fd: number, entry: FdEntry) => boolean): number {
    const before = this.#size;
    for (const [fd, entry] of this.entries()) {
      if (goes(fd, entry)) {
        this.delete(fd);
      }
    }
    return before - this.#size;
  }

  *entries(): IterableIterator<readonly [fd: number, entry: FdEntry]> {
    for (let fd = 0; fd < this.#low.length; fd++) {
      const entry = this.#low[fd];
      if (entry !== undefined) {
        yield [fd, entry];
      }
    }
    if (this.#high !== null) {
      yield* this.#high;
    }
  }

  /** The table of a forked process: the entries are shared until one of the two processes changes them. */
  fork(): FdEntries {
    const child = new FdEntries();
    for (const entry of this.#low) {
      if (entry !== undefined) {
        entry.isShared = true;
      }
    }
    child.#low = this.#low.slice();
    if (this.#high !== null) {
      for (const entry of this.#high.values()) {
        entry.isShared = true;
      }
      child.#high = new Map(this.#high);
    }
    child.#size = this.#size;
    return child;
  }

  #setHigh(fd: number, entry: FdEntry): void {
    this.#high ??= new Map();
    if (!this.#high.has(fd)) {
      this.#size++;
    }
    this.#high.set(fd, entry);
  }
}

/** What a thread has whose process is not known. It never holds anything. */
export const noFds: FdTable = { get: () => undefined, size: 0, entries: () => [] };
