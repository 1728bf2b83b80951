import { objectsOf, stringOf, textsOf } from '../../lib/json.ts';
import { parseToml } from '../../lib/structured-text.ts';
import type { LineRange } from '../../model/index.ts';
import { numberedLines } from '../lines.ts';
import { compareText, type FoundPackage, mergePackages, packageId } from '../packages.ts';

/** Cargo.lock of all versions. Throws AppError 'artifact.parse'. */
export function parseCargoLock(text: string): (FoundPackage & { id: string })[] {
  const entries = objectsOf(parseToml(text)['package']);
  const lines = blockLines(text);
  const versions = new Map(entries.map((entry) => [stringOf(entry['name']), stringOf(entry['version'])]));
  const found = entries.map((entry, i) => {
    const [name, version] = [stringOf(entry['name']), stringOf(entry['version'])];
    const range = lines[i];
    return {
      id: packageId(name, version),
      name,
      version,
      locations: range ? [range] : [],
      dependsOn: textsOf(entry['dependencies'])
        .map((needed) => neededId(needed, versions))
        .filter((id) => id !== null)
        .sort(compareText),
    };
  });
  return mergePackages(found).map((one) => ({ ...one, id: one.id ?? '' }));
}

/** `name`, or `name version` and `name version (source)` where the name alone is not unique. */
function neededId(text: string, versions: ReadonlyMap<string, string>): string | null {
  const [name = '', version = versions.get(name)] = text.split(' ', 2);
  return version === undefined ? null : packageId(name, version);
}

/** From each `[[package]]` to the last line before the next table. */
function blockLines(text: string): LineRange[] {
  const ranges: { startLine: number; endLine: number }[] = [];
  let open = false;
  for (const [line, number] of numberedLines(text)) {
    if (line.startsWith('[')) {
      open = line.startsWith('[[package]]');
      if (open) {
        ranges.push({ startLine: number, endLine: number });
      }
    }
    const last = ranges.at(-1);
    if (open && last !== undefined && line.trim() !== '' && !line.startsWith('#')) {
      last.endLine = number;
    }
  }
  return ranges;
}
