import type { EventView } from '../event.ts';
import type { Fd, Thread } from '../state.ts';
import { parseIpv4 } from './net.ts';

/** How many bytes of an IPv6 address Falco takes for the network. */
const ipv6NetworkLength = 8;

/** True when an address (4 or 16 bytes) is one of the machine, or of the thread's container. */
export function isLocalAddress({ state }: EventView, thread: Thread, address: string): boolean {
  if (address.length === 16) {
    return isLocalIpv6(state.interfaces, thread, address);
  }
  if (thread.containerId !== '') {
    const own = state.container(thread.containerId)?.ip ?? '';
    if (own === '') {
      return state.hasContainerAddress(address);
    }
    if (parseIpv4(own) === address) {
      return true;
    }
  }
  return state.interfaces.some((candidate) => candidate.address === address);
}

/** True when the client's end of a connection is on this machine, so that the server's end is the remote one. */
export function isClientLocal(event: EventView, thread: Thread, fd: Fd): boolean {
  return isLocalAddress(event, thread, fd.sip);
}

function isLocalIpv6(interfaces: EventView['state']['interfaces'], thread: Thread, address: string): boolean {
  // Addresses of containers are known for IPv4 only.
  if (thread.containerId !== '') {
    return false;
  }
  const network = address.slice(0, ipv6NetworkLength);
  return interfaces.some(
    (candidate) => candidate.address.length === 16 && candidate.address.startsWith(network),
  );
}
