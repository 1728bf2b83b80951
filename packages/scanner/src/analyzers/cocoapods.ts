import { defineAnalyzer, sources } from '../analyzer.ts';
import { baseName } from '../lib/path.ts';
import { listOf, objectOf, textsOf } from '../lib/json.ts';
import { parseYaml } from '../lib/structured-text.ts';
import {
  compareText,
  lockfileApplication,
  mergePackages,
  packageId,
  type FoundPackage,
} from '../lockfiles/packages.ts';

export const analyzer = defineAnalyzer({
  id: 'cocoapods',
  revision: 1,
  doc: 'Pods that Podfile.lock names, with what depends on what.',
  scope: 'file',
  targets: sources,
  scanners: ['vuln', 'license'],
  wants: ({ path }) => baseName(path) === 'Podfile.lock',
  analyze: (file) => lockfileApplication('cocoapods', file.path, parsePodfileLock(file.text())),
});

/** A pod is `Name (version)`, or a mapping of it to the pods that it needs: `Name`, `Name (= version)`. */
function parsePodfileLock(text: string): FoundPackage[] {
  const pods: { name: string; version: string; needs: readonly string[] }[] = [];
  for (const entry of listOf(objectOf(parseYaml(text))['PODS'])) {
    const heads = typeof entry === 'string' ? [[entry, []] as const] : Object.entries(objectOf(entry));
    for (const [head, needs] of heads) {
      const [, name, version] = /^(\S+) \(([^()]+)\)$/.exec(head.trim()) ?? [];
      if (name !== undefined && version !== undefined) {
        pods.push({ name, version, needs: textsOf(needs) });
      }
    }
  }
  const ids = new Map(pods.map(({ name, version }) => [name, packageId(name, version)]));
  return mergePackages(
    pods.map(({ name, version, needs }) => ({
      id: packageId(name, version),
      name,
      version,
      dependsOn: needs
        .map((need) => ids.get(need.split(' ', 1)[0] ?? ''))
        .filter((id) => id !== undefined)
        .sort(compareText),
    })),
  );
}
