import type { Group, User } from '@lanner/engine';
import type { StateCounters } from './counters.ts';

/** Users and groups of the host (container id '') and of containers. */
export class Users {
  readonly #users = new Map<string, Map<number, User>>();
  readonly #groups = new Map<string, Map<number, Group>>();
  readonly #capacity: number;
  readonly #counters: StateCounters;
  #userCount = 0;
  #groupCount = 0;

  /** `capacity`: users, and as many groups. Those that do not fit are counted and left out. */
  constructor(capacity: number, counters: StateCounters) {
    this.#capacity = capacity;
    this.#counters = counters;
  }

  get userCount(): number {
    return this.#userCount;
  }

  get groupCount(): number {
    return this.#groupCount;
  }

  user(containerId: string, uid: number): User | null {
    return this.#users.get(containerId)?.get(uid) ?? null;
  }

  group(containerId: string, gid: number): Group | null {
    return this.#groups.get(containerId)?.get(gid) ?? null;
  }

  /** All users of the host ('') or of a container. */
  users(containerId: string): readonly User[] {
    return [...(this.#users.get(containerId)?.values() ?? [])];
  }

  groups(containerId: string): readonly Group[] {
    return [...(this.#groups.get(containerId)?.values() ?? [])];
  }

  setUser(containerId: string, user: User): void {
    if (isPlaceholder(user.name)) {
      return;
    }
    this.#userCount += this.#put(this.#users, this.#userCount, containerId, user.uid, user);
  }

  setGroup(containerId: string, group: Group): void {
    if (isPlaceholder(group.name)) {
      return;
    }
    this.#groupCount += this.#put(this.#groups, this.#groupCount, containerId, group.gid, group);
  }

  /** What the files of the host ('') or of a container name. */
  setAll(containerId: string, users: readonly User[], groups: readonly Group[]): void {
    for (const user of users) {
      this.setUser(containerId, user);
    }
    for (const group of groups) {
      this.setGroup(containerId, group);
    }
  }

  deleteUser(containerId: string, uid: number): void {
    this.#userCount -= this.#users.get(containerId)?.delete(uid) === true ? 1 : 0;
  }

  deleteGroup(containerId: string, gid: number): void {
    this.#groupCount -= this.#groups.get(containerId)?.delete(gid) === true ? 1 : 0;
  }

  /** Forgets the users and groups of a container that has gone. */
  deleteContainer(containerId: string): void {
    this.#userCount -= this.#users.get(containerId)?.size ?? 0;
    this.#groupCount -= this.#groups.get(containerId)?.size ?? 0;
    this.#users.delete(containerId);
    this.#groups.delete(containerId);
  }

  clear(): void {
    this.#users.clear();
    this.#groups.clear();
    this.#userCount = 0;
    this.#groupCount = 0;
  }

  // The number of entries that came in addition.
  #put<T>(
    tables: Map<string, Map<number, T>>,
    count: number,
    containerId: string,
    id: number,
    entry: T,
  ): 0 | 1 {
    const table = tables.get(containerId) ?? new Map<number, T>();
    const isNew = !table.has(id);
    if (isNew && count >= this.#capacity) {
      this.#counters.nDropsFullUserTable++;
      return 0;
    }
    table.set(id, entry);
    tables.set(containerId, table);
    return isNew ? 1 : 0;
  }
}

/** The C library marks entries that stand for another database (NIS) so; they are nobody. */
function isPlaceholder(name: string): boolean {
  return name.startsWith('+') || name.startsWith('-');
}
