import { defineAnalyzer, sources } from '../analyzer.ts';
import { baseName } from '../lib/path.ts';
import { numberedLines, oneLine } from '../lockfiles/lines.ts';
import { lockfileApplication, mergePackages, packageId, type FoundPackage } from '../lockfiles/packages.ts';

export const analyzer = defineAnalyzer({
  id: 'hex',
  revision: 1,
  doc: 'Hex packages that the mix.lock of an Elixir project names.',
  scope: 'file',
  targets: sources,
  scanners: ['vuln', 'license'],
  wants: ({ path }) => baseName(path) === 'mix.lock',
  analyze: (file) => lockfileApplication('hex', file.path, parseMixLock(file.text())),
});

/** One package a line: `"name": {:hex, :name, "version", …},`. Packages from git have no version and are left out. */
function parseMixLock(text: string): FoundPackage[] {
  const packages: FoundPackage[] = [];
  for (const [line, number] of numberedLines(text)) {
    const [, name, version] = /^\s*"([^"]+)":\s*\{:hex,\s*:[^,]+,\s*"([^"]+)"/.exec(line) ?? [];
    if (name !== undefined && version !== undefined) {
      packages.push({ id: packageId(name, version), name, version, locations: [oneLine(number)] });
    }
  }
  return mergePackages(packages);
}
