import type { FdRecord, ThreadRecord } from '../capture/records.ts';
import type { Containers } from './containers.ts';
import { fdFromRecord, fillThread } from './from-records.ts';
import type { ThreadEntry } from './thread-entry.ts';

/** What the running system knows beyond its events. */
export interface SystemSource {
  /** A thread with the descriptors of its process; null when it is gone. */
  thread(tid: number): { readonly thread: ThreadRecord; readonly fds: readonly FdRecord[] } | null;
  /** One descriptor of a process; null when it is closed. */
  fd(pid: number, fd: number): FdRecord | null;
}

/** Fills in a thread that no event has introduced. It stays without properties when the system does not know it. */
export function fillFromSystem(
  thread: ThreadEntry,
  system: SystemSource | null,
  containers: Containers,
): void {
  const found = system?.thread(thread.tid) ?? null;
  if (found === null) {
    return;
  }
  fillThread(thread, found.thread);
  for (const record of found.fds) {
    const entry = fdFromRecord(record);
    if (entry !== null) {
      thread.ownFds.set(record.fd, entry);
    }
  }
  containers.attach(thread);
}
