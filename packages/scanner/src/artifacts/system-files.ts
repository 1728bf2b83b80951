import type { Analysis, Application } from '../model/index.ts';

/** Types whose files distributions package too. */
const packagedTypes = new Set(['gemspec', 'python-pkg', 'conda-pkg', 'node-pkg', 'gobinary']);

/** Of Python itself, in images whose package database lists no files. */
const alwaysSystemFiles = [
  'usr/lib/python2.7/argparse.egg-info',
  'usr/lib/python2.7/lib-dynload/Python-2.7.egg-info',
  'usr/lib/python2.7/wsgiref.egg-info',
];

/**
 * The layer without packages of languages in files that belong to a package of the operating system, and without the list
 * of these files, which nobody needs further on.
 */
export function withoutSystemFiles(layer: Analysis): Analysis {
  const rest = { ...layer, systemFiles: [] };
  if (!layer.applications.some(({ type }) => packagedTypes.has(type))) {
    return rest;
  }
  const systemFiles = new Set([...layer.systemFiles, ...alwaysSystemFiles]);
  return {
    ...rest,
    applications: layer.applications.flatMap((application) => filtered(application, systemFiles)),
  };
}

function filtered(application: Application, systemFiles: ReadonlySet<string>): Application[] {
  const { type, filePath, packages } = application;
  if (!packagedTypes.has(type)) {
    return [application];
  }
  if (systemFiles.has(filePath)) {
    return [];
  }
  const own = packages.filter((pkg) => pkg.filePath === undefined || !systemFiles.has(pkg.filePath));
  if (own.length === packages.length) {
    return [application];
  }
  return own.length === 0 ? [] : [{ ...application, packages: own }];
}
