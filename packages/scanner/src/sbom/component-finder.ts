import type { Package, Report, Vulnerability } from '../model/index.ts';
import type { EncodedReport } from './encode.ts';

/**
 * Finds the component of the package that a vulnerability of a result is in. A vulnerability names its package by
 * whatever is known of it: UID, reference in a bill, package URL, id, name and version.
 */
export function componentFinder(
  { results }: Report,
  ids: EncodedReport['ids'],
): (resultIndex: number, vulnerability: Vulnerability) => string | undefined {
  const byResult = results.map(({ packages = [] }, i) => {
    const found = new Map<string, string>();
    packages.forEach((pkg, j) => {
      const component = ids[i]?.[j] ?? '';
      for (const name of packageNames(pkg)) {
        if (component !== '' && !found.has(name)) {
          found.set(name, component);
        }
      }
    });
    return found;
  });
  return (i, { pkgIdentifier = {}, pkgId, pkgName, pkgPath, installedVersion }) => {
    const names = packageNames({
      ...(pkgId === undefined ? {} : { id: pkgId }),
      name: pkgName,
      version: installedVersion,
      ...(pkgPath === undefined ? {} : { filePath: pkgPath }),
      identifier: pkgIdentifier,
    });
    const known = names.find((name) => byResult[i]?.has(name));
    return known === undefined ? undefined : byResult[i]?.get(known);
  };
}

/** From the most to the least exact. */
function packageNames({ id, name, version = '', filePath = '', identifier = {} }: Package): string[] {
  const { uid, bomRef, purl } = identifier;
  return [
    ...(uid === undefined ? [] : [`uid ${uid}`]),
    ...(bomRef === undefined ? [] : [`ref ${bomRef}`]),
    ...(id === undefined ? [] : [`id ${id} ${filePath}`]),
    ...(purl === undefined ? [] : [`purl ${purl} ${filePath}`]),
    `name ${name}@${version} ${filePath}`,
  ];
}
