import { defineAnalyzer, sources } from '../analyzer.ts';
import { isNamed } from '../lib/path.ts';
import { lockfileApplication } from '../lockfiles/packages.ts';
import { parseUvLock } from '../lockfiles/python/uv-lock.ts';

export const analyzer = defineAnalyzer({
  id: 'uv',
  revision: 1,
  doc: 'Python packages that uv.lock names, with what depends on what.',
  scope: 'file',
  targets: sources,
  scanners: ['vuln', 'license'],
  wants: ({ path }) => isNamed(path, 'uv.lock'),
  analyze: (file) => lockfileApplication('uv', file.path, parseUvLock(file.text())),
});
