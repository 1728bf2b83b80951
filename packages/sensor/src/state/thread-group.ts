import type { ThreadEntry } from './thread-entry.ts';

/** The threads of one process. */
export class ThreadGroup {
  readonly pid: number;
  /** Takes over orphans: the first process of a pid namespace, or one that asked for it with prctl. */
  isReaper: boolean;
  aliveCount = 1;
  /** The leader, or as long as it is not known the thread that came first; null when that one has been removed. */
  front: ThreadEntry | null;
  #others: Set<ThreadEntry> | null = null;

  constructor(first: ThreadEntry, isReaper: boolean) {
    this.pid = first.pid;
    this.isReaper = isReaper;
    this.front = first;
  }

  add(thread: ThreadEntry): void {
    this.aliveCount++;
    if (!thread.isMain) {
      this.#keep(thread);
      return;
    }
    if (this.front !== null) {
      this.#keep(this.front);
    }
    this.front = thread;
  }

  /** Forgets a thread that has left the table; whether it was alive is counted elsewhere. */
  forget(thread: ThreadEntry): void {
    if (this.front === thread) {
      this.front = null;
    } else {
      this.#others?.delete(thread);
    }
  }

  /** True when no thread of it is in the table. */
  get isEmpty(): boolean {
    return this.front === null && (this.#others === null || this.#others.size === 0);
  }

  *threads(): IterableIterator<ThreadEntry> {
    if (this.front !== null) {
      yield this.front;
    }
    if (this.#others !== null) {
      yield* this.#others;
    }
  }

  /** A thread that has not exited, other than `except`. */
  findAlive(except: ThreadEntry | null): ThreadEntry | null {
    if (this.aliveCount <= 0) {
      return null;
    }
    for (const thread of this.threads()) {
      if (!thread.isDead && thread !== except) {
        return thread;
      }
    }
    return null;
  }

  #keep(thread: ThreadEntry): void {
    this.#others ??= new Set();
    this.#others.add(thread);
  }
}
