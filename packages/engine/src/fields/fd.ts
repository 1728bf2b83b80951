import type { EventView } from '../event.ts';
import { eventId } from '../event-table.ts';
import { defineFields, type Field, type FieldArgument } from '../field.ts';
import { concernsDescriptor, describedFd, nameFromEvent } from '../lib/fd-name.ts';
import { fdTypeChar, fdTypeName, isFile } from '../lib/fd-types.ts';
import { compact } from '../lib/numbers.ts';
import { collapseSlashes } from '../lib/path.ts';
import { type Fd, fdTypes } from '../state.ts';
import type { FieldValue } from '../value.ts';

export const fieldClass = defineFields({
  id: 'fd',
  doc: 'The descriptor that the event makes, uses or closes.',
  sources: ['syscall'],
  fields: [
    {
      name: 'fd.num',
      type: 'INT64',
      format: 'ID',
      doc: 'Number of the descriptor.',
      extract: (event) => (concernsDescriptor(event) ? event.fdNum : null),
    },
    {
      name: 'fd.type',
      type: 'CHARBUF',
      format: 'DEC',
      doc: 'Kind of the descriptor, such as file, directory, ipv4 or pipe.',
      extract: ofFd((fd) => fdTypeName(fd.type)),
    },
    {
      name: 'fd.typechar',
      type: 'CHARBUF',
      format: 'DEC',
      doc: 'Kind of the descriptor as one letter; for one that is not known, the kind that the event makes.',
      extract(event) {
        if (!concernsDescriptor(event)) {
          return null;
        }
        const fd = describedFd(event);
        return fd === null ? (lettersByEvent.get(event.type) ?? 'o') : fdTypeChar(fd.type);
      },
    },
    {
      name: 'fd.name',
      type: 'CHARBUF',
      doc: 'Absolute path of a file, both ends of a connection, or what else the descriptor is called.',
      extract: nameOf,
    },
    {
      name: 'fd.directory',
      type: 'CHARBUF',
      doc: 'Directory that holds the file; a directory itself where the descriptor is one.',
      extract: directoryOf,
    },
    {
      name: 'fd.filename',
      type: 'CHARBUF',
      doc: 'Name of the file without its directory; only for files.',
      extract: ofFd((fd) => (isFile(fd) ? lastComponent(fd.name) : null)),
    },
    {
      name: 'fd.uid',
      type: 'CHARBUF',
      doc: 'Thread id and number of the descriptor, one behind the other.',
      extract: (event) => (concernsDescriptor(event) ? `${event.thread?.tid ?? ''}${event.fdNum}` : null),
    },
    {
      name: 'fd.containername',
      type: 'CHARBUF',
      doc: 'Container id, a colon and the name of the descriptor.',
      extract: (event) => inContainer(event, nameOf(event)),
    },
    {
      name: 'fd.containerdirectory',
      type: 'CHARBUF',
      doc: 'Container id, a colon and the directory of the file.',
      extract: (event) => inContainer(event, directoryOf(event)),
    },
    {
      name: 'fd.connected',
      type: 'BOOL',
      doc: 'True for a socket that is connected.',
      extract: ofFd((fd) => fd.isConnected),
    },
    {
      name: 'fd.name_changed',
      type: 'BOOL',
      doc: 'True when the event itself changed the name of the descriptor.',
      extract: (event) => (describedFd(event) === null ? null : (event.fd?.nameChanged ?? false)),
    },
    {
      name: 'fd.dev',
      type: 'INT32',
      format: 'HEX',
      doc: 'Device number of the file system that holds the file.',
      extract: ofFd((fd) => fd.dev),
    },
    {
      name: 'fd.dev.major',
      type: 'INT32',
      format: 'DEC',
      doc: 'Major part of the device number.',
      extract: ofFd((fd) => (fd.dev >>> 8) & 0xfff),
    },
    {
      name: 'fd.dev.minor',
      type: 'INT32',
      format: 'DEC',
      doc: 'Minor part of the device number.',
      extract: ofFd((fd) => (fd.dev & 0xff) | ((fd.dev >>> 12) & 0xf_ff00)),
    },
    {
      name: 'fd.ino',
      type: 'INT64',
      format: 'DEC',
      doc: 'Inode number of the file.',
      extract: ofFd(({ ino }) => (typeof ino === 'number' ? ino : compact(BigInt.asIntN(64, ino)))),
    },
    {
      name: 'fd.nameraw',
      type: 'CHARBUF',
      doc: 'Path as the program gave it, with repeated slashes made one.',
      extract(event) {
        if (!concernsDescriptor(event)) {
          return null;
        }
        const name = describedFd(event)?.nameRaw ?? nameFromEvent(event, true);
        return name === null ? null : collapseSlashes(name);
      },
    },
    {
      name: 'fd.types',
      type: 'CHARBUF',
      format: 'DEC',
      doc: 'Kinds of all open descriptors of the process, each once; with an index, the kind of that descriptor.',
      argument: 'optional',
      argumentKinds: ['index'],
      list: true,
      rightHand: false,
      extract: typesOf,
    },
    {
      name: 'fd.is_upper_layer',
      type: 'BOOL',
      doc: 'True for a file of the upper layer of an overlay file system, so one that is not of the image.',
      extract: ofFd((fd) => fd.isUpperLayer),
    },
    {
      name: 'fd.is_lower_layer',
      type: 'BOOL',
      doc: 'True for a file of a lower layer of an overlay file system.',
      extract: ofFd((fd) => fd.isLowerLayer),
    },
  ],
});

// What an event would have made whose descriptor is not known. Sockets are taken for IPv4, as Falco does.
const lettersByEvent: ReadonlyMap<number, string> = new Map(
  Object.entries({
    f: ['SYSCALL_OPENAT_2', 'SYSCALL_OPENAT2', 'SYSCALL_CREAT'],
    4: ['SOCKET_SOCKET', 'SOCKET_ACCEPT_5', 'SOCKET_ACCEPT4_6'],
    p: ['SYSCALL_PIPE', 'SYSCALL_PIPE2'],
    e: ['SYSCALL_EVENTFD', 'SYSCALL_EVENTFD2'],
    s: ['SYSCALL_SIGNALFD', 'SYSCALL_SIGNALFD4'],
    t: ['SYSCALL_TIMERFD_CREATE'],
    i: ['SYSCALL_INOTIFY_INIT', 'SYSCALL_INOTIFY_INIT1'],
  }).flatMap(([letter, codes]) =>
    codes.flatMap((code) => [`${code}_E`, `${code}_X`].map((id): [number, string] => [eventId(id), letter])),
  ),
);

function ofFd(read: (fd: Fd) => FieldValue): Field['extract'] {
  return (event) => {
    const fd = describedFd(event);
    return fd === null ? null : read(fd);
  };
}

function nameOf(event: EventView): string | null {
  if (!concernsDescriptor(event)) {
    return null;
  }
  return describedFd(event)?.name ?? nameFromEvent(event, false);
}

function directoryOf(event: EventView): string | null {
  const fd = describedFd(event);
  const name = nameOf(event);
  if (name === null || fd?.type === fdTypes.directory) {
    return name;
  }
  return fd === null || isFile(fd) ? parentDirectory(name) : null;
}

function parentDirectory(path: string): string {
  const slash = path.lastIndexOf('/');
  if (slash <= 0) {
    return '/';
  }
  return slash < path.length - 1 ? path.slice(0, slash) : path;
}

function lastComponent(path: string): string {
  const slash = path.lastIndexOf('/');
  if (slash < 0) {
    return '/';
  }
  return slash < path.length - 1 ? path.slice(slash + 1) : path;
}

function inContainer({ thread }: EventView, text: string | null): string | null {
  return thread === null || text === null ? null : `${thread.containerId}:${text}`;
}

function typesOf(event: EventView, argument: FieldArgument): string[] | null {
  if (event.thread === null || !concernsDescriptor(event)) {
    return null;
  }
  if (typeof argument === 'number') {
    const fd = event.thread.fds.get(argument);
    return fd === undefined ? null : [fdTypeName(fd.type)];
  }
  const types = new Set<string>();
  for (const [, fd] of event.thread.fds.entries()) {
    types.add(fdTypeName(fd.type));
  }
  return [...types];
}
