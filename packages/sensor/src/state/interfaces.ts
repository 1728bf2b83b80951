import { fdTypes, type NetworkInterface } from '@lanner/engine';
import {
  destinationAddress,
  destinationPort,
  lacksDestination,
  lacksSource,
  setAddress,
  type SocketEnds,
  sourceAddress,
  sourcePort,
} from '../lib/socket-ends.ts';

const loopback4 = '\x7f\0\0\x01';
const loopback6 = `${'\0'.repeat(15)}\x01`;
/** Falco takes the first half of an IPv6 address for its network. */
const networkLength6 = 8;

/**
 * Completes a connection of which one end is not known, as happens with sockets that are bound to no address: by the
 * interface that has the other end's address, one of its network, or the first that is not the loopback.
 */
export function completeConnection(
  type: number,
  ends: SocketEnds,
  interfaces: readonly NetworkInterface[],
): void {
  if (type !== fdTypes.ipv4 && type !== fdTypes.ipv6) {
    return;
  }
  if (lacksSource(type, ends)) {
    complete(type, ends, interfaces, 'source', destinationAddress(type, ends));
  } else if (lacksDestination(type, ends)) {
    complete(type, ends, interfaces, 'destination', sourceAddress(type, ends));
  }
}

function complete(
  type: number,
  ends: SocketEnds,
  interfaces: readonly NetworkInterface[],
  end: 'source' | 'destination',
  other: string,
): void {
  const address = inferAddress(other, interfaces);
  // Both ends would be the same socket.
  if (address === other && sourcePort(type, ends) === destinationPort(type, ends)) {
    return;
  }
  setAddress(type, ends, end, address);
}

function inferAddress(other: string, interfaces: readonly NetworkInterface[]): string {
  const sameFamily = interfaces.filter(({ address }) => address.length === other.length);
  const loopback = other.length === 4 ? loopback4 : loopback6;
  const chosen =
    sameFamily.find(({ address }) => address === other) ??
    sameFamily.find((candidate) => isInNetwork(candidate, other)) ??
    sameFamily.find(({ address }) => address !== loopback);
  return chosen?.address ?? '\0'.repeat(other.length);
}

function isInNetwork({ address, netmask }: NetworkInterface, other: string): boolean {
  if (other.length !== 4) {
    return address.slice(0, networkLength6) === other.slice(0, networkLength6);
  }
  for (let i = 0; i < 4; i++) {
    if (((address.charCodeAt(i) ^ other.charCodeAt(i)) & netmask.charCodeAt(i)) !== 0) {
      return false;
    }
  }
  return true;
}
