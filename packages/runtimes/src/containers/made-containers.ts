import { AppError, type Log } from '@lanner/core';
import type { ContainerDescription, ContainerRuntime, ContainerWatcher } from './description.ts';

/** A container that lives for milliseconds may be gone when its runtime is asked: what was told of it is kept so long. */
const keepMs = 60_000;
const maxKept = 2048;
const shortIdLength = 12;

interface Kept {
  readonly container: ContainerDescription;
  readonly untilMs: number;
}

/** What runtimes have told of containers as they were made. */
export class MadeContainers {
  /** Containers that were given up before their time since there were too many. */
  evictions = 0;
  readonly #log: Log;
  readonly #now: () => number;
  readonly #onMade: (container: ContainerDescription) => void;
  readonly #kept = new Map<string, Kept>();
  readonly #watched = new Set<ContainerRuntime>();

  constructor(log: Log, now: () => number, onMade: (container: ContainerDescription) => void) {
    this.#log = log;
    this.#now = now;
    this.#onMade = onMade;
  }

  get size(): number {
    return this.#kept.size;
  }

  get(id: string): ContainerDescription | null {
    const kept = this.#kept.get(id.slice(0, shortIdLength));
    return kept === undefined || kept.untilMs < this.#now() ? null : kept.container;
  }

  /**
   * Listens to those that are not listened to yet; to be called now and then, as a connection may end. `removed` is told
   * of what they say was removed.
   */
  watch(runtimes: readonly ContainerRuntime[], removed?: ContainerWatcher['removed']): void {
    this.#expire();
    for (const runtime of runtimes) {
      if (runtime.watch !== undefined && !this.#watched.has(runtime)) {
        this.#watched.add(runtime);
        void this.#listen(runtime, runtime.watch, removed);
      }
    }
  }

  async #listen(
    runtime: ContainerRuntime,
    watch: NonNullable<ContainerRuntime['watch']>,
    removed: ContainerWatcher['removed'],
  ): Promise<void> {
    const made = (container: ContainerDescription): void => {
      this.#keep(container);
    };
    try {
      await watch(removed === undefined ? { made } : { made, removed });
    } catch (error) {
      if (!(error instanceof AppError)) {
        throw error;
      }
      this.#log.debug('container runtime tells no more of new containers', {
        runtime: runtime.name,
        reason: error.message,
      });
    } finally {
      this.#watched.delete(runtime);
    }
  }

  #keep(container: ContainerDescription): void {
    this.#onMade(container);
    const oldest = this.#kept.keys().next();
    if (this.#kept.size >= maxKept && oldest.done !== true) {
      this.#kept.delete(oldest.value);
      this.evictions++;
    }
    this.#kept.delete(container.id);
    this.#kept.set(container.id, { container, untilMs: this.#now() + keepMs });
  }

  /** The oldest come first. */
  #expire(): void {
    const nowMs = this.#now();
    for (const [id, { untilMs }] of this.#kept) {
      if (untilMs >= nowMs) {
        return;
      }
      this.#kept.delete(id);
    }
  }
}
