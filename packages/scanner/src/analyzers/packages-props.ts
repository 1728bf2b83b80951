import { AppError } from '@lanner/core';
import { defineAnalyzer, everywhere } from '../analyzer.ts';
import { childrenOf, parseXml } from '../lib/xml.ts';
import { lockfileApplication, mergePackages, packageId, type FoundPackage } from '../lockfiles/packages.ts';

export const analyzer = defineAnalyzer({
  id: 'packages-props',
  revision: 1,
  doc: 'NuGet packages whose versions a Packages.props file sets for a whole repository.',
  scope: 'file',
  targets: everywhere,
  scanners: ['vuln', 'license'],
  // NuGet accepts every spelling of the name.
  wants: ({ path }) => path.toLowerCase().endsWith('packages.props'),
  analyze: (file) => lockfileApplication('packages-props', file.path, parsePackagesProps(file.text())),
});

function parsePackagesProps(text: string): FoundPackage[] {
  const project = parseXml(text);
  if (project.name !== 'Project') {
    throw new AppError('artifact.parse', 'the root element is not Project');
  }
  const packages: FoundPackage[] = [];
  for (const group of childrenOf(project, 'ItemGroup')) {
    for (const { attributes } of [
      ...childrenOf(group, 'PackageReference'),
      ...childrenOf(group, 'PackageVersion'),
    ]) {
      const name = (attributes['Include'] ?? attributes['Update'] ?? '').trim();
      const version = (attributes['Version'] ?? '').trim();
      if (isKnown(name) && isKnown(version)) {
        packages.push({ id: packageId(name, version), name, version });
      }
    }
  }
  return mergePackages(packages);
}

/** Variables have their values elsewhere. */
function isKnown(text: string): boolean {
  return text !== '' && !(text.startsWith('$(') && text.endsWith(')'));
}
