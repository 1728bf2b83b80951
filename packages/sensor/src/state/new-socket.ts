import { fdTypes, l4Protocols } from '@lanner/engine';
import { socketFamilies } from '../lib/socket-address.ts';
import { setConnectionProtocol } from '../lib/socket-ends.ts';
import { FdEntry } from './fd-entry.ts';

/** Types of sockets as the kernel numbers them, without the flags that may be added. */
export const socketTypes = { stream: 1, datagram: 2, raw: 3 } as const;

/** Protocols of internet sockets as the kernel numbers them. */
export const ipProtocols = { any: 0, icmp: 1, tcp: 6, udp: 17, raw: 255 } as const;

/** Flags of socket() come with the type: this much of it is the type. */
const typeMask = 0xff;

/** A socket that has just been made. */
export function newSocket(family: number, type: number, protocol: number, flags: number): FdEntry {
  const entry = new FdEntry(fdTypes.unknown, flags);
  switch (family) {
    case socketFamilies.unix:
      entry.type = fdTypes.unix;
      break;
    case socketFamilies.netlink:
      entry.type = fdTypes.netlink;
      break;
    case socketFamilies.ipv4:
    case socketFamilies.ipv6:
      entry.type = family === socketFamilies.ipv4 ? fdTypes.ipv4 : fdTypes.ipv6;
      setConnectionProtocol(family === socketFamilies.ipv4, entry.ends, protocolFor(type, protocol));
      break;
  }
  return entry;
}

/** One of `l4Protocols`. A raw socket counts as such only when no flags are added to its type, as in Falco. */
function protocolFor(type: number, protocol: number): number {
  const isRaw = type === socketTypes.raw;
  switch (protocol) {
    case ipProtocols.tcp:
      return isRaw ? l4Protocols.raw : l4Protocols.tcp;
    case ipProtocols.udp:
      return isRaw ? l4Protocols.raw : l4Protocols.udp;
    case ipProtocols.icmp:
      return isRaw ? l4Protocols.raw : l4Protocols.icmp;
    case ipProtocols.raw:
      return l4Protocols.raw;
    case ipProtocols.any:
      return protocolOfType(type & typeMask);
    default:
      return l4Protocols.unknown;
  }
}

function protocolOfType(type: number): number {
  if (type === socketTypes.stream) {
    return l4Protocols.tcp;
  }
  return type === socketTypes.datagram ? l4Protocols.udp : l4Protocols.unknown;
}
