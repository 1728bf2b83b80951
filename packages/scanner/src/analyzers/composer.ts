import { defineAnalyzer, sources, type ArtifactFile } from '../analyzer.ts';
import { baseName, folderOf, isBelow, joinPath } from '../lib/path.ts';
import { listOf, objectOf } from '../lib/json.ts';
import { parseJson } from '../lib/structured-text.ts';
import { composerPackages } from '../formats/composer/packages.ts';
import { parseLocatedJson } from '../lib/located-json.ts';
import { skipDamaged } from '../lib/skip-damaged.ts';
import { mergePackages, type FoundPackage } from '../lockfiles/packages.ts';
import { filesNamed, lockfileApplications } from '../lockfiles/tree.ts';

export const analyzer = defineAnalyzer({
  id: 'composer',
  revision: 1,
  doc: 'PHP packages that composer.lock names; composer.json beside it tells which are direct.',
  scope: 'tree',
  targets: sources,
  scanners: ['vuln', 'license'],
  wants: ({ path }) =>
    ['composer.lock', 'composer.json'].includes(baseName(path)) && !isBelow(path, 'vendor'),
  analyze(tree, context) {
    return lockfileApplications('composer', filesNamed(tree, 'composer.lock'), context, (file) => {
      const packages = parseComposerLock(file.text());
      const manifest = tree.get(joinPath(folderOf(file.path), 'composer.json'));
      const direct = manifest && skipDamaged(manifest, 'composer', context, () => directNames(manifest));
      return direct
        ? packages.map((found) => ({
            ...found,
            relationship: direct.has(found.name) ? 'direct' : 'indirect',
          }))
        : packages;
    });
  },
});

function directNames(manifest: ArtifactFile): Set<string> {
  const top = objectOf(parseJson(manifest.text()));
  return new Set(['require', 'require-dev'].flatMap((key) => Object.keys(objectOf(top[key]))));
}

function parseComposerLock(text: string): FoundPackage[] {
  const document = parseLocatedJson(text);
  const top = objectOf(document.value);
  const production = listOf(top['packages']);
  const development = new Set(listOf(top['packages-dev']));
  const devIds = composerPackages([...development], document).map(({ id }) => id);
  const productionIds = new Set(composerPackages(production, document).map(({ id }) => id));
  const dev = new Set(devIds.filter((id) => !productionIds.has(id)));
  return mergePackages(
    composerPackages([...production, ...development], document).map((found) => ({
      ...found,
      dev: dev.has(found.id),
    })),
  );
}
