import { eventId, eventTable } from '../event-table.ts';

/** Which path of a call is meant. */
export type PathRole = 'path' | 'source' | 'target';

/** Which parameters of an event type hold its paths, by name; `fd` stands for the name of the descriptor. */
interface PathParams {
  readonly path?: string;
  readonly source?: string;
  readonly target?: string;
}

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

const opens = new Set(['OPEN_X', 'OPENAT_2_X', 'OPENAT2_X'].map((code) => eventId(`SYSCALL_${code}`)));

/** True for the calls whose path fields have values unless they returned exactly -1; others need a result of 0. */
export function isPathOpen(type: number): boolean {
  return opens.has(type);
}

/** By event type: the parameter that holds the path, or `fd` for the name of the descriptor. */
export function pathLocations(role: PathRole): ReadonlyMap<number, number | 'fd'> {
  const locations = new Map<number, number | 'fd'>();
  for (const [code, params] of Object.entries(paramsByCode)) {
    const param = params[role];
    if (param !== undefined) {
      const id = eventId(code);
      locations.set(id, param === 'fd' ? 'fd' : paramIndex(id, param));
    }
  }
  return locations;
}

function paramIndex(type: number, name: string): number {
  const index = eventTable[type]?.params.findIndex((param) => param.name === name) ?? -1;
  if (index < 0) {
    throw new Error(`event type ${type} has no parameter ${name}`);
  }
  return index;
}
