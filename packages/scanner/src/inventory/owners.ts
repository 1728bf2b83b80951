import { randomInt } from 'node:crypto';
import type { Application, Package } from '../model/index.ts';
import { FileTable } from './file-table.ts';
import type { FileOwner, Inventory } from './inventory.ts';

/** Folders that distributions have merged into /usr: packages may still list the old paths. */
const merged = /^(?:usr\/)?((?:bin|sbin|lib|lib32|lib64|libx32)\/.*)$/s;

/** Which package brought a file, for all files of an inventory. */
export class FileOwners {
  readonly #owners: readonly FileOwner[];
  readonly #files: FileTable;
  readonly #folders: FileTable | null;

  /** Takes the paths out of the packages' lists; these may be dropped afterwards. */
  constructor({ packages, applications }: Inventory) {
    const owners: FileOwner[] = [];
    const files: [string, number][] = [];
    const folders: [string, number][] = [];
    for (const pkg of packages) {
      const { installedFiles = [], ...kept } = pkg;
      const owner = owners.push({ package: kept }) - 1;
      for (const path of installedFiles) {
        files.push([relative(path), owner]);
      }
    }
    for (const application of applications) {
      for (const pkg of application.packages) {
        const owner = owners.push({ package: pkg, application }) - 1;
        const { file, folder } = placeOf(application, pkg);
        files.push([relative(file), owner]);
        if (folder !== null) {
          folders.push([relative(folder), owner]);
        }
      }
    }
    const seed = randomInt(2 ** 32);
    this.#owners = owners;
    this.#files = FileTable.of(files, seed);
    this.#folders = folders.length === 0 ? null : FileTable.of(folders, seed);
  }

  /** The owner of a file by its path in the artifact, with or without a leading slash; null when nobody is known. */
  ownerOf(path: string): FileOwner | null {
    const plain = relative(path);
    const found = this.#exact(plain);
    return this.#owners[found >= 0 ? found : (this.#folders?.getFolder(plain) ?? -1)] ?? null;
  }

  /** Bytes in memory, the packages themselves left out. */
  get size(): number {
    return this.#files.size + (this.#folders?.size ?? 0);
  }

  #exact(path: string): number {
    const found = this.#files.get(path);
    if (found >= 0) {
      return found;
    }
    const inUsr = merged.exec(path)?.[1];
    if (inUsr === undefined) {
      return -1;
    }
    return this.#files.get(path.startsWith('usr/') ? inUsr : `usr/${inUsr}`);
  }
}

function relative(path: string): string {
  return path.startsWith('/') ? path.slice(1) : path;
}

/** The file that proves a package, and the folder whose files are its own. */
function placeOf({ type, filePath }: Application, pkg: Package): { file: string; folder: string | null } {
  const file = pkg.filePath ?? filePath;
  const slash = file.lastIndexOf('/');
  if (type === 'node-pkg') {
    return { file, folder: slash < 0 ? null : file.slice(0, slash + 1) };
  }
  if (type === 'gemspec') {
    const folder = file.replace(/\/specifications\/(?:default\/)?([^/]+)\.gemspec$/, '/gems/$1/');
    return { file, folder: folder === file ? null : folder };
  }
  return { file, folder: null };
}
