import { constants } from 'node:fs';
import { lstat, open } from 'node:fs/promises';
import { type Group, type User } from '@lanner/engine';
import { parseGroups, parseUsers } from '@lanner/sensor';

export interface ContainerUsers {
  readonly users: readonly User[];
  readonly groups: readonly Group[];
}

const maxBytes = 2 ** 20;
/** Of one container: the table is shared by all. */
const maxUsers = 256;

/**
 * The users and groups that the files of a container name, by way of a process in it; none when it has gone. `procRoot`
 * is where the process file system of the host is.
 */
export async function containerUsers(procRoot: string, tid: number): Promise<ContainerUsers> {
  const folder = `${procRoot}/${tid}/root/etc`;
  const [users, groups] = await Promise.all([textOf(folder, 'passwd'), textOf(folder, 'group')]);
  return { users: parseUsers(users).slice(0, maxUsers), groups: parseGroups(groups).slice(0, maxUsers) };
}

/**
 * The container says what lies there: a link would lead out of it, and to open anything but a file might take forever.
 */
async function textOf(folder: string, name: string): Promise<string> {
  try {
    if (!(await lstat(folder)).isDirectory()) {
      return '';
    }
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    await using file = await open(`${folder}/${name}`, flags);
    const status = await file.stat();
    return status.isFile() && status.size <= maxBytes ? await file.readFile('latin1') : '';
  } catch {
    // A container without users is one whose users have no names.
    return '';
  }
}
