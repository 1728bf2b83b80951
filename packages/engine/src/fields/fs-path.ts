import type { EventView } from '../event.ts';
import { eventId, eventTable } from '../event-table.ts';
import { defineFields, type Field } from '../field.ts';
import { concernsDescriptor, directoryOf, nameFromEvent, pathParam, withSlash } from '../lib/fd-name.ts';
import { joinPath } from '../lib/path.ts';
import { workingDirectory } from '../lib/threads.ts';
import { fdTypes, type Thread } from '../state.ts';

type Role = 'path' | 'source' | 'target';

/** Which parameters of an event type hold its paths, by name; `fd` stands for the name of the descriptor. */
interface PathParams {
  readonly path?: string;
  readonly source?: string;
  readonly target?: string;
}

const unknownDirectory = '<UNKNOWN>';
const renamed: PathParams = { source: 'oldpath', target: 'newpath' };
// A link's source is the new name, its target what the name leads to.
const linked: PathParams = { source: 'newpath', target: 'oldpath' };
const symlinked: PathParams = { source: 'linkpath', target: 'target' };

const paramsByCode: Readonly<Record<string, PathParams>> = {
  SYSCALL_MKDIR_2_X: { path: 'path' },
  SYSCALL_MKDIRAT_X: { path: 'path' },
  SYSCALL_RMDIR_2_X: { path: 'path' },
  SYSCALL_UNLINK_2_X: { path: 'path' },
  SYSCALL_UNLINKAT_2_X: { path: 'name' },
  SYSCALL_OPEN_X: { path: 'name' },
  SYSCALL_OPENAT_2_X: { path: 'name' },
  SYSCALL_OPENAT2_X: { path: 'name' },
  SYSCALL_FCHMODAT_X: { path: 'filename' },
  SYSCALL_CHMOD_X: { path: 'filename' },
  SYSCALL_FCHMOD_X: { path: 'fd' },
  SYSCALL_CHOWN_X: { path: 'path' },
  SYSCALL_LCHOWN_X: { path: 'path' },
  SYSCALL_FCHOWN_X: { path: 'fd' },
  SYSCALL_FCHOWNAT_X: { path: 'pathname' },
  SYSCALL_QUOTACTL_X: { path: 'special' },
  SYSCALL_UMOUNT_1_X: { path: 'name' },
  SYSCALL_UMOUNT2_X: { path: 'name' },
  SYSCALL_RENAME_X: renamed,
  SYSCALL_RENAMEAT_X: renamed,
  SYSCALL_RENAMEAT2_X: renamed,
  SYSCALL_LINK_2_X: linked,
  SYSCALL_LINKAT_2_X: linked,
  SYSCALL_SYMLINK_X: symlinked,
  SYSCALL_SYMLINKAT_X: symlinked,
  SYSCALL_MOUNT_X: { source: 'dev', target: 'dir' },
};

const openat = new Set([eventId('SYSCALL_OPENAT_2_X'), eventId('SYSCALL_OPENAT2_X')]);
const opens = new Set([eventId('SYSCALL_OPEN_X'), ...openat]);
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

type PathReader = (event: EventView, path: string, role: Role) => string | null;

function pathField(name: string, doc: string, role: Role, read: PathReader): Field {
  // By event type: where the path is.
  const locations = new Map<number, number | 'fd'>();
  for (const [code, params] of Object.entries(paramsByCode)) {
    const param = params[role];
    if (param !== undefined) {
      const id = eventId(code);
      locations.set(id, param === 'fd' ? 'fd' : paramIndex(id, param));
    }
  }
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

function paramIndex(type: number, name: string): number {
  const index = eventTable[type]?.params.findIndex((param) => param.name === name) ?? -1;
  if (index < 0) {
    throw new Error(`event type ${type} has no parameter ${name}`);
  }
  return index;
}

// Falco takes an open call for successful unless it returned exactly -1.
function hasSucceeded(event: EventView): boolean {
  if (!event.has(0)) {
    return false;
  }
  const result = event.i64(0);
  return opens.has(event.type) ? result !== -1 : result === 0;
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

function resolved(event: EventView, path: string, role: Role): string | null {
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

function baseOf(event: EventView, thread: Thread, path: string, role: Role): string {
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
