import { defineAnalyzer, sources } from '../analyzer.ts';
import { baseName } from '../lib/path.ts';
import { conanCacheLicenses } from '../lockfiles/conan/cache.ts';
import { parseConanLock } from '../lockfiles/conan/lock.ts';
import { lockfileApplication } from '../lockfiles/packages.ts';

export const analyzer = defineAnalyzer({
  id: 'conan',
  revision: 1,
  doc: 'C and C++ libraries that conan.lock names, with licences of the local Conan cache.',
  scope: 'file',
  targets: sources,
  scanners: ['vuln', 'license'],
  wants: ({ path }) => baseName(path) === 'conan.lock',
  analyze(file, { host }) {
    const packages = parseConanLock(file.text());
    const licenses = packages.length > 0 && host !== null ? conanCacheLicenses(host) : null;
    return lockfileApplication(
      'conan',
      file.path,
      packages.map((found) => ({ ...found, licenses: licenses?.get(found.name) })),
    );
  },
});
