import { listOf, objectOf, stringOf, textsOf } from '../lib/json.ts';
import { parseToml } from '../lib/structured-text.ts';
import type { LineRange } from '../model/index.ts';
import { numberedLines } from './lines.ts';
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
  const lines = linesById(text);
  const known = new Set(entries.map(({ entry }) => stringOf(entry['uuid'])));
  return entries.map(({ name, entry }) => ({
    id: stringOf(entry['uuid']),
    name,
    version: stringOf(entry['version']) || juliaVersion,
    locations: lines.get(stringOf(entry['uuid'])) ?? [],
    dependsOn: neededIds(entry['deps'], (needed) => stringOf(byName.get(needed)?.[0]?.entry['uuid']))
      .filter((id) => known.has(id))
      .sort(compareText),
  }));
}

/** The lines of the table that names an identifier: to the next table, or to the line before an empty one. */
function linesById(text: string): ReadonlyMap<string, readonly LineRange[]> {
  const found = new Map<string, readonly LineRange[]>();
  let [id, startLine, endLine, last] = ['', 0, 0, 0];
  function close(): void {
    if (id !== '') {
      found.set(id, [{ startLine, endLine: endLine || last }]);
    }
  }
  for (const [raw, number] of numberedLines(text)) {
    const line = raw.trim();
    if (line.startsWith('[')) {
      close();
      [id, startLine, endLine] = ['', number, 0];
    } else if (line === '') {
      endLine ||= last;
    } else {
      id = /^uuid = *"([^"=]*)"$/.exec(line)?.[1] ?? id;
    }
    last = number;
  }
  close();
  return found;
}

/** Names where they are unique in the file, else a table of name and identifier. */
function neededIds(deps: unknown, idOf: (name: string) => string): string[] {
  return Array.isArray(deps) ? textsOf(deps).map(idOf) : [...textsOf(Object.values(objectOf(deps)))];
}
