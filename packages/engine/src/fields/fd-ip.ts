import type { EventView } from '../event.ts';
import { defineFields, type Field } from '../field.ts';
import { describedFd } from '../lib/fd-name.ts';
import { hasRole, isIpServer, isIpSocket, shownProtocol } from '../lib/fd-types.ts';
import { listOf } from '../lib/shapes.ts';
import { isClientLocal, isLocalAddress } from '../lib/local-address.ts';
import { type Fd, fdTypes, l4Protocols, type Thread } from '../state.ts';
import type { FieldValue } from '../value.ts';

type Reader<T> = (event: EventView, fd: Fd, thread: Thread) => T | null;

const conditionOnly = { printable: false, transformable: false, rightHand: false } as const;

const protocolNames = new Map<number, string>([
  [l4Protocols.tcp, 'tcp'],
  [l4Protocols.udp, 'udp'],
  [l4Protocols.icmp, 'icmp'],
  [l4Protocols.raw, 'raw'],
]);

export const fieldClass = defineFields({
  id: 'fd-ip',
  className: 'fd',
  doc: 'The addresses of the socket that the event makes, uses or closes.',
  sources: ['syscall'],
  fields: [
    {
      name: 'fd.ip',
      type: 'IPADDR',
      doc: 'Address of either end of the connection.',
      ...conditionOnly,
      eitherEnd: true,
      extract: reading(bothAddresses),
    },
    addressField('fd.cip', 'Address of the client.', client),
    addressField('fd.sip', 'Address of the server.', server),
    addressField('fd.lip', 'Address of the end that is on this machine.', local),
    addressField('fd.rip', 'Address of the end that is elsewhere.', remote),
    {
      name: 'fd.net',
      type: 'IPNET',
      doc: 'Network that either end of the connection is in.',
      ...conditionOnly,
      eitherEnd: true,
      extract: reading(bothAddresses),
    },
    networkField('fd.cnet', 'Network that the client is in.', client),
    networkField('fd.snet', 'Network that the server is in.', server),
    networkField('fd.lnet', 'Network of the end that is on this machine.', local),
    networkField('fd.rnet', 'Network of the end that is elsewhere.', remote),
    hostNameField('fd.cip.name', 'Host name that the address of the client belongs to.', client),
    hostNameField('fd.sip.name', 'Host name that the address of the server belongs to.', server),
    hostNameField('fd.lip.name', 'Host name of the end that is on this machine.', local),
    hostNameField('fd.rip.name', 'Host name of the end that is elsewhere.', remote),
    {
      name: 'fd.l4proto',
      type: 'CHARBUF',
      doc: 'Transport protocol: tcp, udp, icmp or raw; `<NA>` for anything else.',
      extract: reading((_, fd) => protocolNames.get(shownProtocol(fd)) ?? '<NA>'),
    },
    {
      name: 'fd.sockfamily',
      type: 'CHARBUF',
      doc: 'Family of the socket: ip or unix.',
      extract: reading((_, fd) => familyName(fd)),
    },
    {
      name: 'fd.is_server',
      type: 'BOOL',
      doc: 'True for a socket that listens, and for a connection to this machine.',
      extract: reading(
        (event, fd, thread) => isIpServer(fd) || (isIpSocket(fd) && isLocalAddress(event, thread, fd.dip)),
      ),
    },
  ],
});

function reading(read: Reader<FieldValue>): Field['extract'] {
  return (event) => {
    const fd = describedFd(event);
    return fd !== null && event.thread !== null ? read(event, fd, event.thread) : null;
  };
}

function addressField(name: string, doc: string, addressOf: Reader<string>): Field {
  return { name, type: 'IPADDR', doc, extract: reading(addressOf) };
}

// The value is the address; the operators test whether it lies in a network.
function networkField(name: string, doc: string, addressOf: Reader<string>): Field {
  return { name, type: 'IPNET', doc, ...conditionOnly, extract: reading(addressOf) };
}

/**
 * Names are resolved, not addresses: an address has the names of rules that lead to it. `!=` holds when none of them
 * does, so also while they are not resolved.
 */
function hostNameField(name: string, doc: string, addressOf: Reader<string>): Field {
  const read = reading((event, fd, thread) => {
    const address = addressOf(event, fd, thread);
    return address === null ? null : (event.state.hostNames?.(address) ?? []);
  });
  return {
    name,
    type: 'CHARBUF',
    doc,
    transformable: false,
    rightHand: false,
    liveOnly: true,
    eitherEnd: true,
    hostName: true,
    extract: read,
    print: (event, argument) => {
      const names = read(event, argument);
      return names === null ? null : (listOf(names)[0] ?? null);
    },
  };
}

function bothAddresses(_: EventView, fd: Fd): string[] | null {
  if (isIpSocket(fd)) {
    return [fd.sip, fd.dip];
  }
  return isIpServer(fd) ? [fd.dip] : null;
}

function client(_: EventView, fd: Fd): string | null {
  return isIpSocket(fd) && hasRole(fd) ? fd.sip : null;
}

function server(_: EventView, fd: Fd): string | null {
  return (isIpSocket(fd) || isIpServer(fd)) && hasRole(fd) ? fd.dip : null;
}

function local(event: EventView, fd: Fd, thread: Thread): string | null {
  if (!isIpSocket(fd) || !hasRole(fd)) {
    return null;
  }
  return isClientLocal(event, thread, fd) ? fd.sip : fd.dip;
}

function remote(event: EventView, fd: Fd, thread: Thread): string | null {
  if (!isIpSocket(fd) || !hasRole(fd)) {
    return null;
  }
  return isClientLocal(event, thread, fd) ? fd.dip : fd.sip;
}

function familyName(fd: Fd): string | null {
  if (isIpSocket(fd) || isIpServer(fd)) {
    return 'ip';
  }
  return fd.type === fdTypes.unix ? 'unix' : null;
}
