import { type Dirent, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** One look at a host; what is quick and tells most comes first, so that people need not wait for the rest. */
export interface HostStep {
  /** What people read while it lasts. */
  readonly name: string;
  /** For `lanner scan`. */
  readonly args: readonly string[];
  /** Over in seconds however busy the machine is, so it does not stand back behind others. */
  readonly isQuick: boolean;
  /** Looks at most files of the host, whose number is known in about. */
  readonly isWhole: boolean;
  /** Its packages are those of the host. */
  readonly listsPackages: boolean;
}

/** Where package managers of distributions keep what is installed, and what says which distribution it is. */
const systemFolders = [
  ...['etc', 'lib/apk', 'usr/lib/apk', 'usr/lib/sysimage', 'usr/share/rpm', 'usr/share/buildinfo'],
  ...['var/lib/dpkg', 'var/lib/rpm', 'var/lib/rpmmanifest', 'var/lib/ubuntu-advantage'],
];
/** Where people put secrets; not what programs brought along. */
export const usualSecretFolders: readonly string[] = [
  ...['etc', 'home', 'opt', 'root', 'srv', 'usr/local/etc', 'var/www'],
];
/** Packages that others wrote: what looks like a secret in them are their tests. */
const foreignFolders = [
  ...['**/node_modules', '**/site-packages', '**/dist-packages', '**/go/pkg/mod', '**/.cargo/registry'],
  ...['**/.cache', '**/.npm', '**/.m2', '**/.gradle'],
];
const neverFolders = ['proc', 'sys', 'dev', 'run', 'tmp'];
/** It may take as long as the machine needs; the next one waits for it. */
const common = ['--offline-scan', '--timeout', '24h'];

/** What of a host is scanned, in order. No secrets are looked for where there are no folders for them. */
export function hostSteps(root: string, secretFolders: readonly string[]): readonly HostStep[] {
  const packages = ['--scanners', 'vuln', '--list-all-pkgs'];
  const steps: HostStep[] = [
    {
      name: 'packages of the system',
      args: [...target(root, [...neverFolders, ...foldersBeside(root, systemFolders)]), ...packages],
      ...{ isQuick: true, isWhole: false, listsPackages: true },
    },
    {
      name: 'packages of programs and languages',
      args: [...target(root, neverFolders), ...packages],
      ...{ isQuick: false, isWhole: true, listsPackages: true },
    },
  ];
  const skipped = [...neverFolders, ...foreignFolders, ...foldersBeside(root, secretFolders)];
  const secrets: HostStep = {
    name: 'secrets',
    args: [...target(root, skipped), '--scanners', 'secret', '--list-all-pkgs=false'],
    ...{ isQuick: false, isWhole: false, listsPackages: false },
  };
  return secretFolders.length === 0 ? steps : [...steps, secrets];
}

function target(root: string, skipped: readonly string[]): string[] {
  // A comma would part the name; such a folder is looked into.
  return ['rootfs', root, '--skip-dirs', skipped.filter((path) => !path.includes(',')).join(','), ...common];
}

/** Folders that have nothing of the wanted ones in them, as few as say so; all relative to the root. */
export function foldersBeside(root: string, wanted: readonly string[]): string[] {
  const beside: string[] = [];
  const open = [''];
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    for (const name of innerFolders(join(root, folder))) {
      const path = folder === '' ? name : `${folder}/${name}`;
      if (wanted.includes(path)) {
        continue;
      }
      if (wanted.some((each) => each.startsWith(`${path}/`))) {
        open.push(path);
      } else {
        beside.push(escaped(path));
      }
    }
  }
  return beside.sort();
}

/** As a pattern that means this name only. */
function escaped(path: string): string {
  return path.replaceAll(/[*?[\]{}\\]/g, (sign) => `\\${sign}`);
}

function innerFolders(path: string): string[] {
  let entries: Dirent[];
  try {
    entries = readdirSync(path, { withFileTypes: true });
  } catch {
    // What cannot be read is told by the scan, which cannot read it either.
    return [];
  }
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}
