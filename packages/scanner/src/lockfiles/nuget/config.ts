import { childrenOf, parseXml } from '../../lib/xml.ts';
import { mergePackages, type FoundPackage } from '../packages.ts';

export function parsePackagesConfig(text: string): FoundPackage[] {
  const packages: FoundPackage[] = [];
  for (const { attributes } of childrenOf(parseXml(text), 'package')) {
    const { id: name, version, developmentDependency } = attributes;
    if (name && version) {
      packages.push({ name, version, dev: developmentDependency === 'true' });
    }
  }
  return mergePackages(packages);
}
