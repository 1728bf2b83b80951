import { defineAnalyzer, sources } from '../analyzer.ts';
import { parseLocatedJson } from '../lib/located-json.ts';
import { baseName } from '../lib/path.ts';
import { listOf, objectOf, stringOf, textsOf } from '../lib/json.ts';
import { lockfileApplication, mergePackages, type FoundPackage } from '../lockfiles/packages.ts';

export const analyzer = defineAnalyzer({
  id: 'sbt',
  revision: 1,
  doc: 'Java and Scala libraries that the build.sbt.lock of a Scala project names for compiling or running.',
  scope: 'file',
  targets: sources,
  scanners: ['vuln', 'license'],
  wants: ({ path }) => baseName(path) === 'build.sbt.lock',
  analyze: (file) => lockfileApplication('sbt', file.path, parseSbtLock(file.text())),
});

function parseSbtLock(text: string): FoundPackage[] {
  const { value: root, linesOf } = parseLocatedJson(text);
  const packages: FoundPackage[] = [];
  for (const entry of listOf(objectOf(root)['dependencies'])) {
    const dependency = objectOf(entry);
    const needed = textsOf(dependency['configurations']).some(
      (name) => name === 'compile' || name === 'runtime',
    );
    const [group, artifact, version] = ['org', 'name', 'version'].map((key) => stringOf(dependency[key]));
    if (!needed || !group || !artifact || !version) {
      continue;
    }
    const lines = linesOf(entry);
    const name = `${group}:${artifact}`;
    packages.push({ id: `${name}:${version}`, name, version, locations: lines ? [lines] : [] });
  }
  return mergePackages(packages);
}
