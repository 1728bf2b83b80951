import { type EventView, fdTypes } from '@lanner/engine';
import { defineEventHandler } from '../event-handler.ts';
import { int64 } from '../lib/params.ts';
import {
  addressPort,
  addressText,
  isAddress,
  otherFamily,
  paramBytes,
  readAddress,
  socketFamilies,
} from '../lib/socket-address.ts';
import { connectionProtocol, newEnds, setListener } from '../lib/socket-ends.ts';
import type { FdEntry } from '../state/fd-entry.ts';
import type { StateTables } from '../state/tables.ts';

export const eventHandler = defineEventHandler({
  id: 'bind',
  doc: 'bind gives a socket an address; one with a port is taken for a server.',
  on: {
    SOCKET_BIND_X: bind,
  },
});

function bind(event: EventView, state: StateTables): void {
  const address = paramBytes(event, 1);
  if (state.currentFd === null || int64(event, 0, -1) < 0 || !isAddress(address)) {
    return;
  }
  const fd = state.ownFd();
  if (fd !== null) {
    listenAt(fd, address);
    fd.rename(addressText(address));
  }
}

function listenAt(fd: FdEntry, address: Uint8Array): void {
  const words = newEnds();
  const kind = readAddress(address, words);
  if (kind === otherFamily || addressPort(address) === 0) {
    return;
  }
  const protocol = connectionProtocol(address[0] === socketFamilies.ipv4, fd.ends);
  fd.type = kind === fdTypes.ipv4 ? fdTypes.ipv4Server : fdTypes.ipv6Server;
  setListener(fd.ends, fd.type, words, addressPort(address), protocol);
  fd.markServer();
}
