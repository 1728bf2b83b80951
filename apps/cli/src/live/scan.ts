import { readFileSync } from 'node:fs';
import {
  type FdRecord,
  interfaceRecords,
  machineRecord,
  parseGroups,
  parseUsers,
  type ProcessSource,
  scanProcesses,
  type ScanResult,
  type ThreadRecord,
} from '@lanner/sensor';
import type { SystemRecords } from './protocol.ts';

export interface ScanContext {
  readonly processes: ProcessSource;
  readonly hostname: string;
  /** Prefix of the host's files, '' on the host itself. */
  readonly hostRoot: string;
  /** Processes of the scope; null: all. */
  readonly roots: readonly number[] | null;
  readonly maxThreads: number;
}

/** Threads that travel to the other thread at once. */
const batchThreads = 256;

/** Tells of the machine, its users and its processes, in pieces. */
export function scanSystem(context: ScanContext, send: (records: SystemRecords) => void): ScanResult {
  const { processes, hostname, hostRoot, roots, maxThreads } = context;
  send({
    machine: machineRecord(hostname, processes.bootTs),
    interfaces: interfaceRecords(),
    users: parseUsers(textOf(`${hostRoot}/etc/passwd`)),
    groups: parseGroups(textOf(`${hostRoot}/etc/group`)),
  });
  let threads: ThreadRecord[] = [];
  let fds: (readonly [number, FdRecord])[] = [];
  const flush = (): void => {
    send({ threads, fds });
    threads = [];
    fds = [];
  };
  const result = scanProcesses(
    processes,
    {
      thread(record) {
        // A process and its descriptors stay together.
        if (threads.length >= batchThreads) {
          flush();
        }
        threads.push(record);
      },
      fd: (tid, record) => fds.push([tid, record]),
    },
    { roots, maxThreads },
  );
  flush();
  return result;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    // A machine without users is one whose users have no names.
    return '';
  }
}
