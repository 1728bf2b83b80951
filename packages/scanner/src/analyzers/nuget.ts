import { defineAnalyzer, everywhere } from '../analyzer.ts';
import { baseName } from '../lib/path.ts';
import { nugetLicenses } from '../lockfiles/nuget/cache.ts';
import { parsePackagesConfig } from '../lockfiles/nuget/config.ts';
import { parsePackagesLock } from '../lockfiles/nuget/lock.ts';
import { lockfileApplication } from '../lockfiles/packages.ts';

export const analyzer = defineAnalyzer({
  id: 'nuget',
  revision: 1,
  doc: 'NuGet packages that packages.lock.json or packages.config names, with licences of the local cache.',
  scope: 'file',
  targets: everywhere,
  scanners: ['vuln', 'license'],
  wants: ({ path }) => ['packages.lock.json', 'packages.config'].includes(baseName(path)),
  analyze(file, { host }) {
    if (baseName(file.path) === 'packages.config') {
      return lockfileApplication('nuget', file.path, parsePackagesConfig(file.text()));
    }
    const packages = parsePackagesLock(file.text());
    const licensed =
      host === null
        ? packages
        : packages.map((found) => ({ ...found, licenses: nugetLicenses(found, host) }));
    return lockfileApplication('nuget', file.path, licensed);
  },
});
