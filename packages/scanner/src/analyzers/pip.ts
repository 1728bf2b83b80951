import { defineAnalyzer, sources } from '../analyzer.ts';
import { isNamed } from '../lib/path.ts';
import { lockfileApplication } from '../lockfiles/packages.ts';
import { decodeText, parseRequirements } from '../lockfiles/python/requirements.ts';
import { sitePackages } from '../lockfiles/python/site-packages.ts';

export const analyzer = defineAnalyzer({
  id: 'pip',
  revision: 1,
  doc: 'Python packages that requirements.txt pins, with licences of the environment that is active.',
  scope: 'file',
  targets: sources,
  scanners: ['vuln', 'license'],
  wants: ({ path }) => isNamed(path, 'requirements.txt'),
  analyze(file, { comprehensive, host }) {
    const packages = parseRequirements(decodeText(file.bytes()), comprehensive);
    const licenses = packages.length > 0 && host !== null ? sitePackages(host) : null;
    return lockfileApplication(
      'pip',
      file.path,
      packages.map((found) => ({ ...found, licenses: licenses?.(found.name, found.version ?? '') })),
    );
  },
});
