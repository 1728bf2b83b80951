import { defineAnalyzer, sources } from '../analyzer.ts';
import { parsePom } from '../lockfiles/pom/project.ts';
import { resolvePom } from '../lockfiles/pom/resolve.ts';
import { pomSources } from '../lockfiles/pom/sources.ts';
import { filesNamed, lockfileApplications } from '../lockfiles/tree.ts';

/** Projects that a build only tests itself with: `src/it/NAME/pom.xml`. */
function isOfTests(place: string): boolean {
  return /(?:^|\/)(?:src|target)\/it\/[^/]+\/pom\.xml$/.test(place);
}

export const analyzer = defineAnalyzer({
  id: 'pom',
  revision: 3,
  doc: 'Java libraries that pom.xml asks for, and what these need as far as Maven repositories tell.',
  scope: 'tree',
  inRounds: true,
  targets: sources,
  scanners: ['vuln', 'license'],
  // A module can be named by its file: `sub/pom-release.xml`.
  wants: ({ path }) => /(?:^|\/)pom[^/]*\.xml$/.test(path),
  analyze(tree, context) {
    const from = pomSources(tree, context);
    return lockfileApplications('pom', filesNamed(tree, 'pom.xml'), context, (file) =>
      resolvePom(parsePom(file.text()), file.path, from).map((found) =>
        isOfTests(from.place(file.path)) ? { ...found, dev: true } : found,
      ),
    );
  },
});
