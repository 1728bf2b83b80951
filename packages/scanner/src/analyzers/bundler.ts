import { defineAnalyzer, sources } from '../analyzer.ts';
import { baseName } from '../lib/path.ts';
import { parseGemfileLock } from '../lockfiles/gemfile-lock.ts';
import { lockfileApplication } from '../lockfiles/packages.ts';

export const analyzer = defineAnalyzer({
  id: 'bundler',
  revision: 1,
  doc: 'Ruby gems that Gemfile.lock names, with what depends on what.',
  scope: 'file',
  targets: sources,
  scanners: ['vuln', 'license'],
  wants: ({ path }) => baseName(path) === 'Gemfile.lock',
  analyze: (file) => lockfileApplication('bundler', file.path, parseGemfileLock(file.text())),
});
