import { defineAnalyzer, sources, type HostFiles } from '../analyzer.ts';
import { AppError } from '@lanner/core';
import { baseName } from '../lib/path.ts';
import { objectOf, stringOf } from '../lib/json.ts';
import { parseYaml } from '../lib/structured-text.ts';
import type { Relationship } from '../model/index.ts';
import { compareText, lockfileApplication, packageId, type FoundPackage } from '../lockfiles/packages.ts';

export const analyzer = defineAnalyzer({
  id: 'pub',
  revision: 1,
  doc: 'Dart and Flutter packages that pubspec.lock names; what depends on what from the local cache.',
  scope: 'file',
  targets: sources,
  scanners: ['vuln', 'license'],
  wants: ({ path }) => baseName(path) === 'pubspec.lock',
  analyze(file, { comprehensive, host }) {
    const packages = parsePubspecLock(file.text(), comprehensive);
    return lockfileApplication('pub', file.path, host === null ? packages : withCache(packages, host));
  },
});

/** `direct dev` counts as direct: which indirect packages only it needs is not in the file. */
const relationships: Readonly<Record<string, Relationship>> = {
  'direct main': 'direct',
  'direct dev': 'direct',
  transitive: 'indirect',
};

function parsePubspecLock(text: string, comprehensive: boolean): FoundPackage[] {
  const top = parseYaml(text);
  if (top !== null && (typeof top !== 'object' || Array.isArray(top))) {
    throw new AppError('artifact.parse', 'pubspec.lock is not a mapping');
  }
  const sdks = objectOf(objectOf(top)['sdks']);
  return Object.entries(objectOf(objectOf(top)['packages'])).map(([name, value]) => {
    const entry = objectOf(value);
    let version = stringOf(entry['version']);
    // Parts of an SDK carry no version of their own: the lowest SDK that is allowed stands for it.
    if (version === '0.0.0' && comprehensive && entry['source'] === 'sdk') {
      version = lowestVersion(stringOf(sdks[stringOf(entry['description'])])) ?? version;
    }
    return {
      id: packageId(name, version),
      name,
      version,
      relationship: relationships[stringOf(entry['dependency'])] ?? 'unknown',
    };
  });
}

function lowestVersion(constraint: string): string | undefined {
  return /^\s*(?:\^|>=|==?)?\s*(\d[^\s<>]*)/.exec(constraint)?.[1];
}

function withCache(packages: readonly FoundPackage[], host: HostFiles): FoundPackage[] {
  const { PUB_CACHE, HOME = '' } = host.env;
  const folder = `${PUB_CACHE ?? `${HOME}/.pub-cache`}/hosted/pub.dev`;
  const ids = new Map(packages.map(({ name, id }) => [name, id]));
  return packages.map((found) => {
    const text = host.read(`${folder}/${found.name}-${found.version ?? ''}/pubspec.yaml`)?.toString('utf8');
    return text === undefined ? found : { ...found, dependsOn: dependenciesOf(text, ids) };
  });
}

function dependenciesOf(pubspec: string, ids: ReadonlyMap<string, string | undefined>): string[] {
  let needs: readonly string[];
  try {
    needs = Object.keys(objectOf(objectOf(parseYaml(pubspec))['dependencies']));
  } catch (error) {
    if (error instanceof AppError) {
      return [];
    }
    throw error;
  }
  return needs
    .map((need) => ids.get(need))
    .filter((id) => id !== undefined)
    .sort(compareText);
}
