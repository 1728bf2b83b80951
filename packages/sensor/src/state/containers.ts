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

export interface ContainerOptions {
  /** Engines whose containers are recognised; default all. */
  readonly engines?: readonly CgroupEngine[];
  readonly staticContainer?: StaticContainer;
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

/** A map keeps the order of insertion, so the first key is the oldest. */
function deleteFirst<K>(map: Map<K, unknown>): void {
  for (const key of map.keys()) {
    map.delete(key);
    return;
  }
}
