import { type Container, parseIpv4 } from '@lanner/engine';
import { type CgroupEngine, cgroupEngines, matchCgroup } from './cgroup-matchers.ts';
import { containerWith } from './container-json.ts';
import type { StateCounters } from './counters.ts';
import type { ThreadEntry } from './thread-entry.ts';

/** A single container that every process is said to be in, instead of looking at control groups. */
export interface StaticContainer {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly imageRepository: string;
  readonly imageTag: string;
  readonly imageDigest: string;
}

/** How containers are told. */
export interface ContainerIdentity {
  /** Engines whose containers are recognised; default all. */
  readonly engines?: readonly CgroupEngine[];
  readonly staticContainer?: StaticContainer;
}

export interface ContainerOptions extends ContainerIdentity {
  /** Told of threads in a container of which nothing is known but its id, with the control group that says so. */
  readonly onUnknown?: (containerId: string, cgroup: string, tid: number) => void;
  /** Containers that are kept. */
  readonly maxContainers: number;
  /** Control groups whose container is remembered. */
  readonly maxCgroups: number;
}

/** What a control group says. */
interface Membership {
  readonly containerId: string;
  /** What is known of the container without asking its engine; null when that has to be asked. */
  readonly container: Container | null;
}

/** Containers are started soon after they are made, if at all. */
const maxAnnounced = 1024;
/** Answers take less than a second: more than these do not end in it. */
const maxEnded = 4096;

/** Engines that nobody can be asked about: all they say of a container is that it exists. */
const typesByEngine: Partial<Record<CgroupEngine, string>> = {
  lxc: 'lxc',
  libvirt_lxc: 'libvirt-lxc',
  bpm: 'bpm',
};

/** Processes without a container are in this one; its key in the table is ''. */
const host: Container = containerWith({ id: 'host', fullId: 'host', name: 'host', type: 'host' });

/** The containers that are known, and who is in which. */
export class Containers {
  readonly #containers = new Map<string, Container>([['', host]]);
  /** By control group; null for those of the host. */
  readonly #memberships = new Map<string, Membership | null>();
  /** How many containers have an address (4 bytes). */
  readonly #addresses = new Map<string, number>();
  /** Told of as they were made, and not seen yet. */
  readonly #announced = new Map<string, Container>();
  /** Those that ended before anything was known of them: what comes too late is not kept. */
  readonly #ended = new Set<string>();
  readonly #options: ContainerOptions;
  readonly #engines: readonly CgroupEngine[];
  readonly #static: Membership | null;
  readonly #counters: StateCounters;

  constructor(options: ContainerOptions, counters: StateCounters) {
    this.#options = options;
    this.#engines = cgroupEngines.filter((engine) => (options.engines ?? cgroupEngines).includes(engine));
    this.#static =
      options.staticContainer === undefined
        ? null
        : { containerId: options.staticContainer.id, container: containerWith(options.staticContainer) };
    this.#counters = counters;
  }

  /** Containers without the host. */
  get size(): number {
    return this.#containers.size - 1;
  }

  /** Control groups whose container is remembered. */
  get cgroupCount(): number {
    return this.#memberships.size;
  }

  get(id: string): Container | null {
    return this.#containers.get(id) ?? null;
  }

  /** All that are known, but not the host. */
  *all(): IterableIterator<Container> {
    for (const [id, container] of this.#containers) {
      if (id !== '') {
        yield container;
      }
    }
  }

  hasAddress(address: string): boolean {
    return this.#addresses.has(address);
  }

  /** Adds or replaces a container. The oldest one goes when there are too many. */
  set(container: Container): void {
    const old = this.#containers.get(container.id);
    // '' is the key of the host.
    if (container.id === '' || old === container) {
      return;
    }
    this.#countAddress(old, -1);
    this.#containers.set(container.id, container);
    this.#countAddress(container, 1);
    if (this.size > this.#options.maxContainers) {
      this.#evictOldest();
    }
  }

  delete(id: string): void {
    if (id !== '') {
      this.#countAddress(this.#containers.get(id), -1);
      this.#containers.delete(id);
    }
  }

  /** A container has ended; when nothing is known of it yet, what comes later is not to be kept. */
  end(id: string): void {
    if (!this.#containers.has(id)) {
      this.#ended.add(id);
      if (this.#ended.size > maxEnded) {
        deleteFirst(this.#ended);
      }
    }
    this.delete(id);
  }

  /** True when a container ended before it was known; says so once. */
  forgetEnded(id: string): boolean {
    return this.#ended.delete(id);
  }

  /** A container has been made: rules are to know it from its first process on, before anybody is asked about it. */
  announce(container: Container): void {
    this.#announced.set(container.id, container);
    if (this.#announced.size > maxAnnounced) {
      deleteFirst(this.#announced);
    }
  }

  /** Works out the container of a thread from its control groups. */
  attach(thread: ThreadEntry): void {
    thread.containerId = '';
    for (const [, path] of thread.cgroups) {
      const membership = path === '' ? null : this.#membershipOf(path);
      if (membership !== null && membership.containerId !== '') {
        thread.containerId = membership.containerId;
        if (membership.container !== null) {
          this.set(membership.container);
        } else if (!this.#containers.has(membership.containerId)) {
          this.#begin(membership.containerId);
          this.#options.onUnknown?.(membership.containerId, path, thread.tid);
        }
        return;
      }
    }
  }

  clear(): void {
    this.#containers.clear();
    this.#containers.set('', host);
    this.#addresses.clear();
  }

  /** The first thread of a container that nothing is known of. */
  #begin(id: string): void {
    // It may have been started again.
    this.#ended.delete(id);
    const announced = this.#announced.get(id);
    if (announced !== undefined) {
      this.#announced.delete(id);
      this.set(announced);
    }
  }

  #membershipOf(cgroup: string): Membership | null {
    if (this.#static !== null) {
      return this.#static;
    }
    const known = this.#memberships.get(cgroup);
    if (known !== undefined) {
      return known;
    }
    const membership = this.#workOut(cgroup);
    this.#memberships.set(cgroup, membership);
    if (this.#memberships.size > this.#options.maxCgroups) {
      this.#counters.nEvictedCgroups++;
      deleteFirst(this.#memberships);
    }
    return membership;
  }

  #workOut(cgroup: string): Membership | null {
    const match = matchCgroup(cgroup, this.#engines);
    if (match === null) {
      return null;
    }
    const { containerId, engine } = match;
    const type = typesByEngine[engine];
    return { containerId, container: type === undefined ? null : containerWith({ id: containerId, type }) };
  }

  #evictOldest(): void {
    for (const id of this.#containers.keys()) {
      if (id !== '') {
        this.#counters.nEvictedContainers++;
        this.delete(id);
        return;
      }
    }
  }

  #countAddress(container: Container | undefined, change: 1 | -1): void {
    const address = container === undefined ? null : parseIpv4(container.ip);
    if (address === null) {
      return;
    }
    const count = (this.#addresses.get(address) ?? 0) + change;
    if (count > 0) {
      this.#addresses.set(address, count);
    } else {
      this.#addresses.delete(address);
    }
  }
}

/** Maps and sets keep the order of insertion, so the first key is the oldest. */
function deleteFirst<K>(map: Map<K, unknown> | Set<K>): void {
  for (const key of map.keys()) {
    map.delete(key);
    return;
  }
}
