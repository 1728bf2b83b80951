import { type EventView, fdTypes, l4Protocols, tupleText } from '@lanner/engine';
import { defineEventHandler } from '../event-handler.ts';
import { readEnterCall } from '../lib/enter-call.ts';
import { int64 } from '../lib/params.ts';
import {
  addressPort,
  invalidAddress,
  isAddress,
  otherFamily,
  paramBytes,
  readAddress,
  readTuple,
  withTrustedDestination,
} from '../lib/socket-address.ts';
import {
  connectionProtocol,
  newEnds,
  sameConnection,
  setDestination,
  swapEnds,
  updateConnection,
} from '../lib/socket-ends.ts';
import type { FdEntry } from '../state/fd-entry.ts';
import { socketName } from '../state/socket-name.ts';
import type { StateTables } from '../state/tables.ts';

export const eventHandler = defineEventHandler({
  id: 'connect',
  doc: 'connect gives a socket its ends, also while the connection is still being made.',
  on: {
    SOCKET_CONNECT_E: enterConnect,
    SOCKET_CONNECT_X: connect,
  },
});

const inProgress = -115;

function enterConnect(event: EventView, state: StateTables): void {
  const call = readEnterCall(event, { address: 1 });
  if (call !== null) {
    state.keepEnterCall(call);
  }
}

function connect(event: EventView, state: StateTables): void {
  const result = int64(event, 0, -1);
  if (state.currentThread === null || state.currentFd === null || (result < 0 && result !== inProgress)) {
    return;
  }
  const fd = state.ownFd();
  if (fd === null) {
    return;
  }
  fd.markConnected();
  const entered = state.enterCall(event)?.address ?? noAddress;
  const tuple = paramBytes(event, 1);
  if (tuple.length > 0) {
    fillEnds(fd, withTrustedDestination(tuple, paramBytes(event, 3), entered));
  } else if (isAddress(entered)) {
    // A fast open with a cookie sends its first data along, so there are no ends yet.
    fillDestination(fd, entered);
  }
}

const noAddress = new Uint8Array(0);

function fillDestination(fd: FdEntry, address: Uint8Array): void {
  const words = newEnds();
  const kind = readAddress(address, words);
  if (kind === otherFamily) {
    // What the empty tuple is printed as.
    fd.rename(tupleText(''));
    return;
  }
  fd.type = kind;
  setDestination(kind, fd.ends, words, addressPort(address));
}

function fillEnds(fd: FdEntry, tuple: Uint8Array): void {
  const given = newEnds();
  const kind = readTuple(tuple, given);
  if (kind === invalidAddress) {
    return;
  }
  if (kind === fdTypes.ipv4 || kind === fdTypes.ipv6) {
    fillInternetEnds(fd, given, kind);
  } else if (fd.type === fdTypes.unix) {
    fd.ends.set(given.subarray(0, 4));
    fd.rename(tupleText(String.fromCharCode(...tuple)));
  } else {
    return;
  }
  if (!fd.hasRole) {
    fd.markClient();
  }
}

function fillInternetEnds(fd: FdEntry, given: Int32Array, kind: number): void {
  fd.type = kind;
  const changed = !sameConnection(fd.ends, given, kind) && updateConnection(fd.ends, given, kind);
  const isUdp = kind === fdTypes.ipv4 && connectionProtocol(true, fd.ends) === l4Protocols.udp;
  // A server that connects its socket to one of its clients.
  if (changed && fd.isServer && isUdp) {
    swapEnds(kind, fd.ends);
  }
  fd.rename(socketName(fd));
}
