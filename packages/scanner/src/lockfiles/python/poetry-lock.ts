import { type JsonObject, objectOf, objectsOf, stringOf } from '../../lib/json.ts';
import { parseToml } from '../../lib/structured-text.ts';
import { compareText, type FoundPackage, mergePackages, packageId } from '../packages.ts';
import { pythonVersions } from '../versions.ts';
import { normalizePythonName } from './names.ts';

/** poetry.lock; packages that an old file calls `dev` are left out. Throws AppError 'artifact.parse'. */
export function parsePoetryLock(text: string): FoundPackage[] {
  const entries = objectsOf(parseToml(text)['package']);
  const versions = new Map<string, string[]>();
  for (const entry of entries) {
    const name = stringOf(entry['name']);
    const key = normalizePythonName(name);
    versions.set(key, [...(versions.get(key) ?? []), stringOf(entry['version'])]);
  }
  return mergePackages(
    entries
      .filter((entry) => entry['category'] !== 'dev' && stringOf(entry['name']) !== '')
      .map((entry) => {
        const [name, version] = [stringOf(entry['name']), stringOf(entry['version'])];
        return { id: packageId(name, version), name, version, dependsOn: neededBy(entry, versions) };
      }),
  );
}

function neededBy(entry: JsonObject, versions: ReadonlyMap<string, readonly string[]>): string[] {
  const needed: string[] = [];
  for (const [name, wanted] of Object.entries(objectOf(entry['dependencies']))) {
    const key = normalizePythonName(name);
    const version = pick(versions.get(key) ?? [], rangeOf(wanted));
    if (version !== undefined) {
      needed.push(packageId(key, version));
    }
  }
  return needed.sort(compareText);
}

/** A range, a table with one, or a list of tables for different platforms. */
function rangeOf(wanted: unknown): string {
  const [first] = objectsOf(wanted);
  return typeof wanted === 'string' ? wanted : stringOf((first ?? objectOf(wanted))['version']);
}

/** The file names versions that fit already; ranges only matter where it has several. */
function pick(versions: readonly string[], range: string): string | undefined {
  return versions.length < 2 ? versions[0] : pythonVersions.firstIn(range, versions);
}
