import { AppError, type Log } from '@lanner/core';
import {
  type ContainerDescription,
  type ContainerQuestion,
  type ContainerRuntime,
  type ContainerWatcher,
  withShortLabels,
} from './description.ts';
import { runtimeFiles } from './disk.ts';
import { type EngineSockets, findRuntimes } from './find-runtimes.ts';
import { MadeContainers } from './made-containers.ts';

/** An alert waits for a second; the answer has to travel too. */
const patienceMs = 800;
const slowMs = patienceMs / 2;
/** A runtime that took long to fail is not asked for so long: it would delay every answer. */
const restMs = 10_000;
const searchMs = 10_000;
/** What nobody knows is not asked again for so long. */
const unknownMs = 1000;
/** Who asks keeps the answer: here are those of late that are asked for by several, or again. */
const maxKnown = 512;
const usualLabelLength = 100;
const maxUnderway = 1024;

export interface DirectoryOptions {
  /** Prefix of the host's files: '' on the host, its mount point in a container. */
  readonly hostRoot: string;
  readonly log: Log;
  /** ms of any steady clock. */
  readonly now: () => number;
  /** Where runtimes are asked; default: at the usual places. */
  readonly sockets?: EngineSockets;
  /** Longer labels are left out; default 100 characters. */
  readonly labelMaxLength?: number;
  /** Default: no. */
  readonly withSize?: boolean;
  /** Other runtimes than those whose sockets are found. */
  readonly runtimes?: readonly ContainerRuntime[];
}

export interface DirectoryFigures {
  readonly known: number;
  readonly evictions: number;
  readonly failures: number;
  /** Questions that were not asked since too many were underway. */
  readonly refused: number;
}

interface Known {
  readonly description: ContainerDescription | null;
  readonly untilMs: number;
}

/** What the container runtimes of this machine know of containers. */
export class RuntimeDirectory {
  readonly #options: DirectoryOptions;
  readonly #known = new Map<string, Known>();
  readonly #underway = new Map<string, Promise<ContainerDescription | null>>();
  readonly #restingUntil = new WeakMap<ContainerRuntime, number>();
  readonly #made: MadeContainers;
  readonly #files: ContainerRuntime;
  #watcher: ContainerWatcher = { made: () => undefined };
  #found = new Map<string, readonly ContainerRuntime[]>();
  #watching: NodeJS.Timeout | null = null;
  #searchedAt = -Infinity;
  #evictions = 0;
  #failures = 0;
  #refused = 0;

  constructor(options: DirectoryOptions) {
    this.#options = options;
    this.#made = new MadeContainers(options.log, options.now, (container) => {
      // Names are used again.
      this.#known.delete(container.id);
      this.#watcher.made(this.#shortened(container));
    });
    this.#files = runtimeFiles(options.hostRoot, options.sockets ?? {});
  }

  get figures(): DirectoryFigures {
    return {
      known: this.#known.size,
      evictions: this.#evictions + this.#made.evictions,
      failures: this.#failures,
      refused: this.#refused,
    };
  }

  /**
   * From now on runtimes tell of containers as they are made, so that those that live for a moment are known too. The
   * watcher is told of each, of which a runtime may know more later; and, if it wants, of those that are removed, with
   * what was known of them.
   */
  watch(watcher: ContainerWatcher = { made: () => undefined }): void {
    this.#watcher = watcher;
    if (this.#watching === null) {
      this.#watching = setInterval(() => {
        this.#listen();
      }, searchMs);
      this.#watching.unref();
      this.#listen();
    }
  }

  /** What is known of a container; null when nobody knows it. Never rejects, and takes less than a second. */
  async lookUp(question: ContainerQuestion): Promise<ContainerDescription | null> {
    const { id } = question;
    const known = this.#known.get(id);
    if (known !== undefined && known.untilMs > this.#options.now()) {
      return known.description;
    }
    const underway = this.#underway.get(id);
    if (underway !== undefined) {
      return underway;
    }
    if (this.#underway.size >= maxUnderway) {
      this.#refused++;
      const made = this.#made.get(id);
      return made === null ? null : this.#shortened(made);
    }
    const asked = this.#ask(question).finally(() => this.#underway.delete(id));
    this.#underway.set(id, asked);
    return asked;
  }

  close(): void {
    clearInterval(this.#watching ?? undefined);
    this.#runtimes().forEach((runtime) => {
      runtime.close();
    });
  }

  #listen(): void {
    this.#search(this.#options.now());
    const { removed } = this.#watcher;
    this.#made.watch(
      this.#runtimes(),
      removed &&
        ((container) => {
          removed(this.#shortened(this.#lastKnown(container)));
        }),
    );
  }

  /** Whoever removes a container has little to say of it. */
  #lastKnown(container: ContainerDescription): ContainerDescription {
    return this.#known.get(container.id)?.description ?? this.#made.get(container.id) ?? container;
  }

  async #ask(question: ContainerQuestion): Promise<ContainerDescription | null> {
    const nowMs = this.#options.now();
    this.#search(nowMs);
    const asked = this.#runtimes().filter((runtime) => (this.#restingUntil.get(runtime) ?? 0) <= nowMs);
    const answers = [...asked, this.#files].map((runtime) => this.#askOne(runtime, question));
    // In the order of the runtimes: the first knows most.
    for (const answer of answers) {
      const found = await answer;
      if (found !== null) {
        const description = this.#shortened(found);
        this.#remember(question.id, { description, untilMs: Infinity });
        return description;
      }
    }
    const made = this.#made.get(question.id);
    const description = made === null ? null : this.#shortened(made);
    this.#remember(question.id, { description, untilMs: this.#options.now() + unknownMs });
    return description;
  }

  #shortened(description: ContainerDescription): ContainerDescription {
    return withShortLabels(description, this.#options.labelMaxLength ?? usualLabelLength);
  }

  async #askOne(
    runtime: ContainerRuntime,
    question: ContainerQuestion,
  ): Promise<ContainerDescription | null> {
    const startMs = this.#options.now();
    try {
      const description = await runtime.lookUp(question, patienceMs);
      if (description !== null && !description.full_id.startsWith(question.id)) {
        throw new AppError('runtime.answer', 'A container runtime has told of another container');
      }
      return description;
    } catch (error) {
      if (!(error instanceof AppError)) {
        throw error;
      }
      this.#failures++;
      if (this.#options.now() - startMs >= slowMs) {
        this.#restingUntil.set(runtime, this.#options.now() + restMs);
      }
      this.#options.log.warn('container runtime did not answer', {
        runtime: runtime.name,
        id: question.id,
        reason: error.message,
      });
      return null;
    }
  }

  #runtimes(): readonly ContainerRuntime[] {
    return this.#options.runtimes ?? [...this.#found.values()].flat();
  }

  #search(nowMs: number): void {
    if (this.#options.runtimes !== undefined || nowMs - this.#searchedAt < searchMs) {
      return;
    }
    this.#searchedAt = nowMs;
    const { hostRoot, sockets = {}, withSize = false } = this.#options;
    const found = findRuntimes({ hostRoot, sockets, withSize }, this.#found);
    for (const [identity, runtimes] of this.#found) {
      if (!found.has(identity)) {
        runtimes.forEach((runtime) => {
          runtime.close();
        });
      }
    }
    this.#found = found;
  }

  #remember(id: string, known: Known): void {
    this.#known.delete(id);
    const oldest = this.#known.keys().next();
    if (this.#known.size >= maxKnown && oldest.done !== true) {
      this.#known.delete(oldest.value);
      this.#evictions++;
    }
    this.#known.set(id, known);
  }
}
