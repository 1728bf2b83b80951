import { fdTypes, l4Protocols } from '@lanner/engine';
import { addressesText, connectionText } from '../lib/socket-ends.ts';
import type { FdEntry } from './fd-entry.ts';

/** What Falco calls a connection whose protocol it has not learnt. */
const unknownName = '<unknown>';

/** The name of a connected internet socket. */
export function socketName({ type, ends, l4 }: FdEntry): string {
  switch (l4) {
    case l4Protocols.tcp:
    case l4Protocols.udp:
      return connectionText(type, ends);
    case l4Protocols.icmp:
      return addressesText(type, ends);
    case l4Protocols.raw:
      return type === fdTypes.ipv4 ? addressesText(type, ends) : unknownName;
    default:
      return unknownName;
  }
}
