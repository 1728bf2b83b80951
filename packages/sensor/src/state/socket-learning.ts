import { fdTypes, l4Protocols } from '@lanner/engine';
import { invalidAddress, otherFamily, readTuple, socketFamilies, tuplePath } from '../lib/socket-address.ts';
import {
  connectionProtocol,
  newEnds,
  protocolOf,
  sameConnection,
  setConnectionProtocol,
  updateConnection,
} from '../lib/socket-ends.ts';
import type { FdEntry } from './fd-entry.ts';
import type { StateTables } from './tables.ts';
import type { ThreadEntry } from './thread-entry.ts';

/** Takes the ends of a socket from a tuple that came with data; false when that changes nothing. */
export function learnEnds(fd: FdEntry, tuple: Uint8Array, state: StateTables): boolean {
  const given = newEnds();
  const kind = readTuple(tuple, given);
  if (kind === invalidAddress) {
    return false;
  }
  if (kind === fdTypes.unix) {
    fd.type = fdTypes.unix;
    fd.ends.set(given.subarray(0, 4));
    fd.rename(tuplePath(tuple));
    return true;
  }
  if (kind !== otherFamily && !updateInternetEnds(fd, given, kind, tuple[0] === socketFamilies.ipv4)) {
    return false;
  }
  assumeUdp(fd);
  state.completeConnection(fd);
  return true;
}

function updateInternetEnds(fd: FdEntry, given: Int32Array, kind: number, isIpv4Tuple: boolean): boolean {
  if (isIpv4Tuple && fd.type === fdTypes.ipv4Server) {
    setConnectionProtocol(true, fd.ends, protocolOf(fd.type, fd.ends));
  }
  // Falco leaves the kind of a socket as it is when the tuple is an IPv6 one.
  if (kind === fdTypes.ipv4) {
    fd.type = fdTypes.ipv4;
  }
  if (fd.type === kind && sameConnection(fd.ends, given, kind)) {
    return false;
  }
  return updateConnection(fd.ends, given, kind);
}

// A protocol that is not known yet cannot be TCP, which does not change its ends in the middle of a connection.
function assumeUdp(fd: FdEntry): void {
  const isIpv4 = fd.type === fdTypes.ipv4;
  if (!isIpv4 && fd.type !== fdTypes.ipv6) {
    return;
  }
  if (connectionProtocol(isIpv4, fd.ends) === l4Protocols.unknown) {
    setConnectionProtocol(isIpv4, fd.ends, l4Protocols.udp);
  }
}

/**
 * Guesses which end of a connection a thread's socket is: the server's when the process has the destination's port to
 * itself, the client's when it does not have it at all; otherwise whoever receives first is the server.
 */
export function guessRole(fd: FdEntry, thread: ThreadEntry, incoming: boolean): void {
  // Falco reads the ports where an IPv4 socket has them, whatever the kind.
  const ports = fd.ends[2] as number;
  if (!isBoundTo(thread, ports >>> 16)) {
    fd.markClient();
  } else if (!sendsFrom(thread, ports & 0xffff) || incoming) {
    fd.markServer();
  } else {
    fd.markClient();
  }
}

function isBoundTo(thread: ThreadEntry, port: number): boolean {
  for (const [, { type, dport }] of thread.fdEntries?.entries() ?? []) {
    if ((type === fdTypes.ipv4 || type === fdTypes.ipv4Server) && dport === port) {
      return true;
    }
  }
  return false;
}

function sendsFrom(thread: ThreadEntry, port: number): boolean {
  for (const [, { type, sport }] of thread.fdEntries?.entries() ?? []) {
    if (type === fdTypes.ipv4 && sport === port) {
      return true;
    }
  }
  return false;
}
