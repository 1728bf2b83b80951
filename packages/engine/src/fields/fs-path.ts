import type { EventView } from '../event.ts';
import { eventId } from '../event-table.ts';
import { defineFields, type Field } from '../field.ts';
import { concernsDescriptor, directoryOf, nameFromEvent, pathParam, withSlash } from '../lib/fd-name.ts';
import { joinPath } from '../lib/path.ts';
import { isPathOpen, pathLocations, type PathRole } from '../lib/path-params.ts';
import { workingDirectory } from '../lib/threads.ts';
import { fdTypes, type Thread } from '../state.ts';

const unknownDirectory = '<UNKNOWN>';

const openat = new Set([eventId('SYSCALL_OPENAT_2_X'), eventId('SYSCALL_OPENAT2_X')]);
const symlinkat = eventId('SYSCALL_SYMLINKAT_X');
const renameat2 = eventId('SYSCALL_RENAMEAT2_X');
/** Their descriptor is the directory that a relative path starts from. */
const atDirectory = new Set(
  ['FCHOWNAT_X', 'FCHMODAT_X', 'MKDIRAT_X', 'UNLINKAT_2_X'].map((code) => eventId(`SYSCALL_${code}`)),
);

export const fieldClass = defineFields({
  id: 'fs-path',
  className: 'fs.path',
  doc: 'The paths that a system call on files works on, whether or not it makes a descriptor.',
  sources: ['syscall'],
  fields: [
    pathField('fs.path.name', 'Absolute path that the call works on.', 'path', resolved),
    pathField('fs.path.nameraw', 'Path that the call works on, as the program gave it.', 'path', given),
    pathField('fs.path.source', 'Absolute path that is renamed, linked or mounted from.', 'source', resolved),
    pathField(
      'fs.path.sourceraw',
      'Path that is renamed, linked or mounted from, as the program gave it.',
      'source',
      given,
    ),
    pathField('fs.path.target', 'Absolute path that is renamed, linked or mounted to.', 'target', resolved),
    pathField(
      'fs.path.targetraw',
      'Path that is renamed, linked or mounted to, as the program gave it.',
      'target',
      given,
    ),
  ],
});

type PathReader = (event: EventView, path: string, role: PathRole) => string | null;

function pathField(name: string, doc: string, role: PathRole, read: PathReader): Field {
  const locations = pathLocations(role);
  return {
    name,
    type: 'CHARBUF',
    doc,
    extract(event) {
      const location = locations.get(event.type);
      if (location === undefined || !hasSucceeded(event)) {
        return null;
      }
      const path = location === 'fd' ? descriptorName(event) : argument(event, location);
      return path === null ? null : read(event, path, role);
    },
  };
}

// Falco takes an open call for successful unless it returned exactly -1.
function hasSucceeded(event: EventView): boolean {
  if (!event.has(0)) {
    return false;
  }
  const result = event.i64(0);
  return isPathOpen(event.type) ? result !== -1 : result === 0;
}

function argument(event: EventView, index: number): string | null {
  return index < event.paramCount ? pathParam(event, index) : null;
}

function descriptorName(event: EventView): string | null {
  if (!concernsDescriptor(event)) {
    return null;
  }
  return event.fd === null ? nameFromEvent(event, false) : event.fd.name;
}

function given(_: EventView, path: string): string {
  return path;
}

function resolved(event: EventView, path: string, role: PathRole): string | null {
  const { thread } = event;
  if (thread === null) {
    return null;
  }
  if (path.startsWith('/')) {
    return joinPath('', path);
  }
  if (openat.has(event.type)) {
    // The descriptor has the whole path already.
    return joinPath('', event.fd?.name ?? unknownDirectory);
  }
  return joinPath(baseOf(event, thread, path, role), path);
}

function baseOf(event: EventView, thread: Thread, path: string, role: PathRole): string {
  if (atDirectory.has(event.type)) {
    return eventDirectory(event);
  }
  if (event.type === symlinkat) {
    return role === 'source' ? eventDirectory(event) : unknownDirectory;
  }
  if (event.type === renameat2) {
    const directoryParam = role === 'source' ? 1 : 3;
    return event.has(directoryParam) ? directoryOf(event, path, event.i64(directoryParam)) : unknownDirectory;
  }
  return workingDirectory(thread);
}

function eventDirectory({ fd }: EventView): string {
  return fd?.type === fdTypes.directory ? withSlash(fd.name) : unknownDirectory;
}
