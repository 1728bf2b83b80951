import type { Package } from '../model/index.ts';

const absolute: ReadonlySet<string | undefined> = new Set(['dpkg', 'rpm']);

/** The files of a package as its package manager notes them, and as Trivy prints them: dpkg's and rpm's are absolute. */
export function notedFiles({
  analyzedBy,
  installedFiles,
}: Pick<Package, 'analyzedBy' | 'installedFiles'>): readonly string[] | undefined {
  return absolute.has(analyzedBy) ? installedFiles?.map((path) => `/${path}`) : installedFiles;
}

/** The files of a package as they are kept: without the leading slash. */
export function keptFiles(noted: readonly string[]): string[] {
  return noted.map((path) => (path.startsWith('/') ? path.slice(1) : path));
}
