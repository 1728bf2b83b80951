import type { EventView } from '../event.ts';
import { defineFields, type Field } from '../field.ts';
import { describedFd } from '../lib/fd-name.ts';
import { hasRole, isIpServer, isIpSocket } from '../lib/fd-types.ts';
import { isClientLocal } from '../lib/local-address.ts';
import type { Fd, Thread } from '../state.ts';
import type { FieldValue } from '../value.ts';

type Reader<T> = (event: EventView, fd: Fd, thread: Thread) => T | null;

const conditionOnly = { printable: false, transformable: false, rightHand: false, eitherEnd: true } as const;

export const fieldClass = defineFields({
  id: 'fd-port',
  className: 'fd',
  doc: 'The ports of the socket that the event makes, uses or closes.',
  sources: ['syscall'],
  fields: [
    {
      name: 'fd.port',
      type: 'PORT',
      format: 'DEC',
      doc: 'Port of either end of the connection.',
      ...conditionOnly,
      extract: reading(bothPorts),
    },
    portField('fd.cport', 'Port of the client.', client),
    portField('fd.sport', 'Port of the server.', server),
    portField('fd.lport', 'Port of the end that is on this machine.', local),
    portField('fd.rport', 'Port of the end that is elsewhere.', remote),
    {
      name: 'fd.proto',
      type: 'PORT',
      doc: 'Port of either end of the connection, which a condition may give by the name of its service.',
      ...conditionOnly,
      extract: reading(bothPorts),
    },
    protocolField('fd.cproto', 'Port of the client as text.', (_, fd) =>
      protocolText(fd, fd.sport, hasRole(fd)),
    ),
    protocolField('fd.sproto', 'Port of the server as text; empty for a socket that listens.', (_, fd) =>
      isIpServer(fd) || (isIpSocket(fd) && hasRole(fd)) ? protocolText(fd, fd.dport, true) : null,
    ),
    protocolField('fd.lproto', 'Port of the end that is on this machine, as text.', textOf(local)),
    protocolField('fd.rproto', 'Port of the end that is elsewhere, as text.', textOf(remote)),
  ],
});

function reading(read: Reader<FieldValue>): Field['extract'] {
  return (event) => {
    const fd = describedFd(event);
    return fd !== null && event.thread !== null ? read(event, fd, event.thread) : null;
  };
}

function portField(name: string, doc: string, portOf: Reader<number>): Field {
  return { name, type: 'PORT', format: 'DEC', doc, extract: reading(portOf) };
}

function protocolField(name: string, doc: string, read: Reader<string>): Field {
  return { name, type: 'CHARBUF', doc, extract: reading(read) };
}

function textOf(portOf: Reader<number>): Reader<string> {
  return (event, fd, thread) => portOf(event, fd, thread)?.toString() ?? null;
}

// A descriptor with a role that is no connection gives an empty text, not no value.
function protocolText(fd: Fd, port: number, known: boolean): string | null {
  if (!known) {
    return null;
  }
  return isIpSocket(fd) ? String(port) : '';
}

function bothPorts(_: EventView, fd: Fd): number[] | null {
  if (isIpSocket(fd)) {
    return [fd.sport, fd.dport];
  }
  return isIpServer(fd) ? [fd.dport] : null;
}

function client(_: EventView, fd: Fd): number | null {
  return isIpSocket(fd) && hasRole(fd) ? fd.sport : null;
}

function server(_: EventView, fd: Fd): number | null {
  return isIpServer(fd) || (isIpSocket(fd) && hasRole(fd)) ? fd.dport : null;
}

function local(event: EventView, fd: Fd, thread: Thread): number | null {
  if (!isIpSocket(fd) || !hasRole(fd)) {
    return null;
  }
  return isClientLocal(event, thread, fd) ? fd.sport : fd.dport;
}

function remote(event: EventView, fd: Fd, thread: Thread): number | null {
  if (!isIpSocket(fd) || !hasRole(fd)) {
    return null;
  }
  return isClientLocal(event, thread, fd) ? fd.dport : fd.sport;
}
