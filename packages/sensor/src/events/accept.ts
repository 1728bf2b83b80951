import { type EventView, fdTypes, l4Protocols, tupleText } from '@lanner/engine';
import { defineEventHandler } from '../event-handler.ts';
import { int64, uint } from '../lib/params.ts';
import { openFlags } from '../lib/ppm-flags.ts';
import { invalidAddress, otherFamily, paramBytes, readTuple } from '../lib/socket-address.ts';
import { setConnectionProtocol } from '../lib/socket-ends.ts';
import { FdEntry } from '../state/fd-entry.ts';
import type { StateTables } from '../state/tables.ts';

export const eventHandler = defineEventHandler({
  id: 'accept',
  doc: "accept and accept4 make the server's end of a connection.",
  on: {
    SOCKET_ACCEPT_5_X: (event, state) => accept(event, state, 0),
    SOCKET_ACCEPT4_6_X: (event, state) => accept(event, state, uint(event, 5)),
  },
});

function accept(event: EventView, state: StateTables, flags: number): void {
  const fd = int64(event, 0, -1);
  const thread = state.currentThread;
  if (thread === null || fd < 0) {
    return;
  }
  thread.lastFd = fd;
  const entry = new FdEntry(fdTypes.unknown, flags & openFlags.closeOnExec);
  const kind = readTuple(paramBytes(event, 1), entry.ends);
  if (kind === otherFamily || kind === invalidAddress) {
    return;
  }
  entry.type = kind;
  if (kind !== fdTypes.unix) {
    setConnectionProtocol(kind === fdTypes.ipv4, entry.ends, l4Protocols.tcp);
  }
  entry.rename(tupleText(event.raw(1)));
  entry.markServer();
  entry.markConnected();
  state.addFd(fd, entry);
}
