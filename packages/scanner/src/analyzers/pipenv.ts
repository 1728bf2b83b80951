import { defineAnalyzer, sources } from '../analyzer.ts';
import { parseLocatedJson } from '../lib/located-json.ts';
import { baseName } from '../lib/path.ts';
import { objectOf, stringOf } from '../lib/json.ts';
import { lockfileApplication, type FoundPackage } from '../lockfiles/packages.ts';

export const analyzer = defineAnalyzer({
  id: 'pipenv',
  revision: 1,
  doc: 'Python packages that the default section of Pipfile.lock names.',
  scope: 'file',
  targets: sources,
  scanners: ['vuln', 'license'],
  wants: ({ path }) => baseName(path) === 'Pipfile.lock',
  analyze: (file) => lockfileApplication('pipenv', file.path, parsePipfileLock(file.text())),
});

function parsePipfileLock(text: string): FoundPackage[] {
  const { value: root, linesOf } = parseLocatedJson(text);
  return Object.entries(objectOf(objectOf(root)['default'])).map(([name, entry]) => {
    const lines = linesOf(entry);
    return {
      name,
      version: stringOf(objectOf(entry)['version']).replace(/^=+/, ''),
      locations: lines ? [lines] : [],
    };
  });
}
