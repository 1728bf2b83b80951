import { listOf, objectOf, stringOf, textsOf } from '../lib/json.ts';
import { parseToml } from '../lib/structured-text.ts';
import { compareText, type FoundPackage } from './packages.ts';

/** Both forms of Manifest.toml: packages at the top (before Julia 1.7), or under `deps` with the version of Julia. */
export function parseJuliaManifest(text: string): FoundPackage[] {
  const top = parseToml(text);
  const isOld = top['manifest_format'] === undefined && top['julia_version'] === undefined;
  const tables = isOld ? top : objectOf(top['deps']);
  // Standard libraries have the version of Julia, which the old form does not tell.
  const juliaVersion = isOld ? 'unknown' : stringOf(top['julia_version']);
  const entries = Object.entries(tables).flatMap(([name, list]) =>
    listOf(list).map((value) => ({ name, entry: objectOf(value) })),
  );
  const byName = Map.groupBy(entries, ({ name }) => name);
  const known = new Set(entries.map(({ entry }) => stringOf(entry['uuid'])));
  return entries.map(({ name, entry }) => ({
    id: stringOf(entry['uuid']),
    name,
    version: stringOf(entry['version']) || juliaVersion,
    dependsOn: neededIds(entry['deps'], (needed) => stringOf(byName.get(needed)?.[0]?.entry['uuid']))
      .filter((id) => known.has(id))
      .sort(compareText),
  }));
}

/** Names where they are unique in the file, else a table of name and identifier. */
function neededIds(deps: unknown, idOf: (name: string) => string): string[] {
  return Array.isArray(deps) ? textsOf(deps).map(idOf) : [...textsOf(Object.values(objectOf(deps)))];
}
