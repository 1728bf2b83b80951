import type { EventView } from '../event.ts';
import { eventId } from '../event-table.ts';
import { defineFields, type Field } from '../field.ts';
import { isIpServer, isIpSocket } from '../lib/fd-types.ts';
import { ipText } from '../lib/ip.ts';
import type { Fd } from '../state.ts';

const pollEvents = new Set([eventId('SYSCALL_POLL_X'), eventId('SYSCALL_PPOLL_X')]);
/** Bytes of an entry: a 64-bit descriptor and 16 bits of flags. */
const entryLength = 10;

/** Text of one descriptor; null where it adds nothing to the list. */
type TextOf = (number: number, fd: Fd | undefined) => string | null;

export const fieldClass = defineFields({
  id: 'fdlist',
  doc: 'The descriptors that a poll call waits for.',
  sources: ['syscall'],
  fields: [
    listField('fdlist.nums', 'ID', 'Numbers of the descriptors, separated by commas.', String),
    listField(
      'fdlist.names',
      'NA',
      'Names of the descriptors, separated by commas.',
      (_, fd) => fd?.name || '<NA>',
    ),
    listField('fdlist.cips', 'NA', 'Addresses of the clients, separated by commas.', (_, fd) =>
      isConnection(fd) ? ipText(fd.sip) : null,
    ),
    listField('fdlist.sips', 'NA', 'Addresses of the servers, separated by commas.', (_, fd) =>
      serverAddress(fd),
    ),
    listField('fdlist.cports', 'DEC', 'Ports of the clients, separated by commas.', (_, fd) =>
      isConnection(fd) ? String(fd.sport) : null,
    ),
    listField('fdlist.sports', 'DEC', 'Ports of the servers, separated by commas.', (_, fd) =>
      isConnection(fd) ? String(fd.dport) : null,
    ),
  ],
});

function listField(name: string, format: 'ID' | 'NA' | 'DEC', doc: string, textOf: TextOf): Field {
  function extract(event: EventView): string | null {
    const { thread } = event;
    if (thread === null || !pollEvents.has(event.type)) {
      return null;
    }
    const texts: string[] = [];
    for (const number of descriptors(event)) {
      const text = textOf(number, thread.fds.get(number));
      if (text !== null) {
        texts.push(text);
      }
    }
    return texts.length === 0 ? null : texts.join(',');
  }
  return { name, type: 'CHARBUF', format, doc, extract };
}

function descriptors(event: EventView): number[] {
  const length = event.length(1);
  if (length < 2) {
    return [];
  }
  const start = event.start(1);
  const count = Math.min(event.view.getUint16(start, true), Math.floor((length - 2) / entryLength));
  return Array.from({ length: count }, (_, i) => {
    const at = start + 2 + i * entryLength;
    return event.view.getInt32(at + 4, true) * 0x1_0000_0000 + event.view.getUint32(at, true);
  });
}

function isConnection(fd: Fd | undefined): fd is Fd {
  return fd !== undefined && isIpSocket(fd);
}

// Of a listening IPv6 socket Falco shows the first four bytes as an IPv4 address.
function serverAddress(fd: Fd | undefined): string | null {
  if (fd === undefined) {
    return null;
  }
  if (isIpServer(fd)) {
    return ipText(fd.dip.slice(0, 4));
  }
  return isIpSocket(fd) ? ipText(fd.dip) : null;
}
