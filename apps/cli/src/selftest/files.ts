import { constants } from 'node:fs';
import { type Behaviour, currentDirectory, open } from './behaviour.ts';

const mode = 0o600;

/** Behaviours that rules about files live on. */
export const fileBehaviours: readonly Behaviour[] = [
  {
    id: 'open-read',
    family: 'files',
    doc: 'Opens a file for reading.',
    condition: 'evt.type in (open, openat) and evt.is_open_read = true and fd.name = /etc/passwd',
    act: ({ call }) => call('openat', currentDirectory, '/etc/passwd', 0),
  },
  {
    id: 'open-write',
    family: 'files',
    doc: 'Creates a file.',
    condition: 'evt.type in (open, openat) and evt.is_open_write = true and fd.filename = selftest-written',
    act: ({ call, folder }) =>
      call('openat', currentDirectory, `${folder}/selftest-written`, open.write | open.create, mode),
  },
  {
    id: 'open-failed',
    family: 'files',
    doc: 'Tries to open a file that does not exist.',
    condition: 'evt.type in (open, openat) and evt.res = ENOENT and evt.arg.name endswith selftest-absent',
    act: ({ call, folder }) => call('openat', currentDirectory, `${folder}/selftest-absent`, 0),
  },
  {
    id: 'open-relative',
    family: 'files',
    doc: 'Opens a file relative to the descriptor of a folder.',
    condition: 'evt.type in (open, openat) and fd.name = /etc/group and fd.nameraw = ../etc/group',
    act({ call }) {
      const folder = call('openat', currentDirectory, '/usr', constants.O_DIRECTORY);
      call('openat', folder, '../etc/group', 0);
    },
  },
  {
    id: 'openat2',
    family: 'files',
    doc: 'Opens a file with openat2.',
    condition: 'evt.type = openat2 and fd.name = /etc/hosts',
    act: ({ call }) => call('openat2', currentDirectory, '/etc/hosts', new Uint8Array(24), 24),
  },
  {
    id: 'unlink',
    family: 'files',
    doc: 'Removes a file.',
    condition: 'evt.type in (unlink, unlinkat) and fs.path.name endswith selftest-removed',
    act({ call, folder }) {
      call('openat', currentDirectory, `${folder}/selftest-removed`, open.write | open.create, mode);
      call('unlinkat', currentDirectory, `${folder}/selftest-removed`, 0);
    },
  },
  {
    id: 'rename',
    family: 'files',
    doc: 'Renames a file.',
    condition: 'evt.type in (rename, renameat, renameat2) and fs.path.target endswith selftest-renamed',
    act({ call, folder }) {
      call('openat', currentDirectory, `${folder}/before`, open.write | open.create, mode);
      call(
        'renameat2',
        currentDirectory,
        `${folder}/before`,
        currentDirectory,
        `${folder}/selftest-renamed`,
        0,
      );
    },
  },
  {
    id: 'link',
    family: 'files',
    doc: 'Makes a hard link.',
    condition: 'evt.type in (link, linkat) and evt.arg.newpath endswith selftest-linked',
    act({ call, folder }) {
      call('openat', currentDirectory, `${folder}/first`, open.write | open.create, mode);
      call('linkat', currentDirectory, `${folder}/first`, currentDirectory, `${folder}/selftest-linked`, 0);
    },
  },
  {
    id: 'symlink',
    family: 'files',
    doc: 'Makes a symbolic link to a sensitive file.',
    condition: 'evt.type in (symlink, symlinkat) and evt.arg.target = /etc/shadow',
    act: ({ call, folder }) => call('symlinkat', '/etc/shadow', currentDirectory, `${folder}/link`),
  },
  {
    id: 'mkdir',
    family: 'files',
    doc: 'Makes a folder.',
    condition: 'evt.type in (mkdir, mkdirat) and evt.arg.path endswith selftest-folder',
    act: ({ call, folder }) => call('mkdirat', currentDirectory, `${folder}/selftest-folder`, 0o700),
  },
  {
    id: 'rmdir',
    family: 'files',
    doc: 'Removes a folder.',
    condition: 'evt.type in (rmdir, unlinkat) and fs.path.name endswith selftest-gone',
    act({ call, folder }) {
      call('mkdirat', currentDirectory, `${folder}/selftest-gone`, 0o700);
      call('unlinkat', currentDirectory, `${folder}/selftest-gone`, 0x200);
    },
  },
  {
    id: 'chmod',
    family: 'files',
    doc: 'Sets the setuid bit of a file of its own.',
    condition: 'evt.type in (chmod, fchmod, fchmodat) and evt.arg.mode contains S_ISUID',
    act({ call, folder }) {
      call('openat', currentDirectory, `${folder}/setuid`, open.write | open.create, mode);
      call('fchmodat', currentDirectory, `${folder}/setuid`, 0o4700);
    },
  },
  {
    id: 'chown',
    family: 'files',
    doc: 'Gives a file of its own to the user that it belongs to.',
    condition: 'evt.type in (chown, fchown, fchownat) and evt.failed = false',
    act({ call, folder }) {
      call('openat', currentDirectory, `${folder}/owned`, open.write | open.create, mode);
      call(
        'fchownat',
        currentDirectory,
        `${folder}/owned`,
        process.getuid?.() ?? 0,
        process.getgid?.() ?? 0,
        0,
      );
    },
  },
  {
    id: 'mount',
    family: 'files',
    doc: 'Tries to mount onto a folder that does not exist.',
    condition: 'evt.type = mount and evt.arg.dir endswith selftest-absent',
    act: ({ call, folder }) => call('mount', 'none', `${folder}/selftest-absent`, 'tmpfs', 0, null),
  },
  {
    id: 'umount',
    family: 'files',
    doc: 'Tries to unmount a folder that does not exist.',
    condition: 'evt.type in (umount, umount2) and evt.failed = true',
    act: ({ call, folder }) => call('umount2', `${folder}/selftest-absent`, 0),
  },
  {
    id: 'chdir',
    family: 'files',
    doc: 'Changes its directory and opens a file from there.',
    condition: 'evt.type in (open, openat) and fd.name = /etc/services and fd.nameraw = services',
    act({ call }) {
      call('chdir', '/etc');
      call('openat', currentDirectory, 'services', 0);
    },
  },
];
