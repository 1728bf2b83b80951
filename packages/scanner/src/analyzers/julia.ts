import { defineAnalyzer, everywhere, type ArtifactFile } from '../analyzer.ts';
import { baseName, folderOf, joinPath } from '../lib/path.ts';
import { objectOf, textsOf } from '../lib/json.ts';
import { parseToml } from '../lib/structured-text.ts';
import { reachable } from '../lockfiles/graph.ts';
import { parseJuliaManifest } from '../lockfiles/julia-manifest.ts';
import type { FoundPackage } from '../lockfiles/packages.ts';
import { skipDamaged } from '../lib/skip-damaged.ts';
import { filesNamed, lockfileApplications } from '../lockfiles/tree.ts';

export const analyzer = defineAnalyzer({
  id: 'julia',
  revision: 1,
  doc: 'Julia packages that Manifest.toml names; Project.toml beside it tells which are direct or for tests.',
  scope: 'tree',
  // Not among the lock files that Trivy leaves out of images.
  targets: everywhere,
  scanners: ['vuln', 'license'],
  wants: ({ path }) => ['Manifest.toml', 'Project.toml'].includes(baseName(path)),
  analyze(tree, context) {
    return lockfileApplications('julia', filesNamed(tree, 'Manifest.toml'), context, (file) => {
      const packages = parseJuliaManifest(file.text());
      const project = tree.get(joinPath(folderOf(file.path), 'Project.toml'));
      const needed = project && skipDamaged(project, 'julia', context, () => parseProject(project));
      return needed ? relate(packages, needed) : packages;
    });
  },
});

interface Needed {
  /** Identifiers (UUID) of direct dependencies. */
  readonly direct: ReadonlySet<string>;
  /** Of those for tests and examples only. */
  readonly dev: ReadonlySet<string>;
}

function parseProject(project: ArtifactFile): Needed {
  const top = parseToml(project.text());
  return {
    direct: new Set(textsOf(Object.values(objectOf(top['deps'])))),
    dev: new Set(textsOf(Object.values(objectOf(top['extras'])))),
  };
}

/** Packages that nothing needs are left over from an earlier project and are left out. */
function relate(packages: readonly FoundPackage[], { direct, dev }: Needed): FoundPackage[] {
  const edges = new Map(packages.map(({ id, dependsOn }) => [id, dependsOn]));
  const inProduct = reachable(direct, (id) => edges.get(id));
  const inDev = reachable(dev, (id) => edges.get(id));
  return packages
    .filter(({ id = '' }) => inProduct.has(id) || inDev.has(id))
    .map((found) => {
      const id = found.id ?? '';
      return {
        ...found,
        relationship: direct.has(id) || dev.has(id) ? 'direct' : 'indirect',
        dev: !inProduct.has(id),
      };
    });
}
