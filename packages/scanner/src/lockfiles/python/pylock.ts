import { type JsonObject, objectsOf, stringOf } from '../../lib/json.ts';
import { parseToml } from '../../lib/structured-text.ts';
import { compareText, type FoundPackage, packageId } from '../packages.ts';
import { normalizePythonName } from './names.ts';

/** A lock file of the standard form (PEP 751). Throws AppError 'artifact.parse'. */
export function parsePylock(text: string): FoundPackage[] {
  const entries = objectsOf(parseToml(text)['packages']);
  const byName = Map.groupBy(entries, ({ name }) => normalizePythonName(stringOf(name)));
  const packages = entries.map((entry) => ({
    id: idOf(entry),
    name: normalizePythonName(stringOf(entry['name'])),
    version: stringOf(entry['version']),
    dependsOn: objectsOf(entry['dependencies'])
      .map((needed) => resolve(needed, byName))
      .filter((id) => id !== null)
      .sort(compareText),
  }));
  // The same package can be there for several platforms; the last entry counts.
  return [...new Map(packages.map((found) => [found.id, found])).values()];
}

/** A dependency says as much of the other entry as it takes to tell it from others. */
function resolve(needed: JsonObject, byName: ReadonlyMap<string, readonly JsonObject[]>): string | null {
  const candidates = byName.get(normalizePythonName(stringOf(needed['name']))) ?? [];
  const version = stringOf(needed['version']);
  const found = candidates.find((entry) => version === '' || entry['version'] === version);
  return found === undefined ? null : idOf(found);
}

function idOf(entry: JsonObject): string {
  return packageId(normalizePythonName(stringOf(entry['name'])), stringOf(entry['version']));
}
