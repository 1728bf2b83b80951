import { fdTypes, type Group, type Machine, type NetworkInterface, type User } from '@lanner/engine';
import type { CaptureSink, FdRecord, ThreadRecord } from '../capture/records.ts';
import { fdFromRecord, fillThread, markRole } from './from-records.ts';
import type { StateTables } from './tables.ts';
import type { ThreadEntry } from './thread-entry.ts';

/** Takes in what a capture says of the system before its events. */
export class CaptureIntake implements CaptureSink {
  /** True once the threads are related to each other and to their containers. */
  isComplete = false;

  readonly #state: StateTables;
  readonly #listeningPorts = new Set<number>();
  #users: User[] = [];
  #groups: Group[] = [];

  constructor(state: StateTables) {
    this.#state = state;
  }

  // Users and containers stay, as in Falco: what is still true of them is said again.
  section(): void {
    this.#state.forgetProcesses();
    this.#state.interfaces = [];
    this.#state.clock.clear();
    this.#listeningPorts.clear();
    this.isComplete = false;
  }

  machine(machine: Machine): void {
    this.#state.machine = machine;
  }

  interfaces(interfaces: readonly NetworkInterface[]): void {
    this.#state.interfaces = interfaces;
  }

  // The lists have the last word: what events say of the initial state comes before them.
  user(user: User): void {
    if (this.isComplete) {
      this.#state.users.setUser('', user);
    } else {
      this.#users.push(user);
    }
  }

  group(group: Group): void {
    if (this.isComplete) {
      this.#state.users.setGroup('', group);
    } else {
      this.#groups.push(group);
    }
  }

  thread(record: ThreadRecord): void {
    const { threads } = this.#state;
    const thread = threads.create(record.tid);
    fillThread(thread, record);
    threads.add(thread, this.isComplete);
    if (this.isComplete) {
      this.#state.containers.attach(thread);
    }
  }

  fd(tid: number, record: FdRecord): void {
    const thread = this.#state.threads.find(tid);
    const entry = thread === null ? null : fdFromRecord(record);
    if (thread === null || entry === null) {
      return;
    }
    if (record.type === fdTypes.ipv4Server || record.type === fdTypes.ipv6Server) {
      this.#listeningPorts.add(record.dport);
    }
    this.#state.putFd(thread, record.fd, entry);
  }

  /** All that comes before the first event is there: relates threads, finds the servers' ends and the containers. */
  complete(): void {
    this.isComplete = true;
    const { threads, containers } = this.#state;
    for (const user of this.#users.splice(0)) {
      this.#state.users.setUser('', user);
    }
    for (const group of this.#groups.splice(0)) {
      this.#state.users.setGroup('', group);
    }
    for (const thread of threads.all()) {
      threads.relate(thread);
    }
    for (const thread of threads.all()) {
      if (thread.ownFdCount > 0) {
        this.#markRoles(thread);
      }
      containers.attach(thread);
    }
    this.#listeningPorts.clear();
  }

  #markRoles(thread: ThreadEntry): void {
    for (const [, entry] of thread.ownFds.entries()) {
      markRole(entry, this.#listeningPorts);
    }
  }
}
