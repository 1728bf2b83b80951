import type { StateTables } from '@lanner/sensor';
import type { SystemRecords } from './protocol.ts';

/** Takes in what is said of the system before its events. */
export function takeRecords(sink: StateTables['sink'], records: SystemRecords): void {
  const { machine, interfaces, users, groups, threads, fds } = records;
  if (machine !== undefined) {
    sink.machine(machine);
  }
  if (interfaces !== undefined) {
    sink.interfaces(interfaces);
  }
  users?.forEach((user) => {
    sink.user(user);
  });
  groups?.forEach((group) => {
    sink.group(group);
  });
  threads?.forEach((thread) => {
    sink.thread(thread);
  });
  fds?.forEach(([tid, record]) => {
    sink.fd(tid, record);
  });
}
