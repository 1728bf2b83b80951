import { AppError } from '@lanner/core';
import type { HostFiles } from '../../analyzer.ts';
import { child, parseXml } from '../../lib/xml.ts';
import type { FoundPackage } from '../packages.ts';

/** The licence expression that a package of the user's NuGet cache states. */
export function nugetLicenses({ name, version = '' }: FoundPackage, host: HostFiles): string[] {
  const { NUGET_PACKAGES, HOME = '' } = host.env;
  const folder = NUGET_PACKAGES ?? `${HOME}/.nuget/packages`;
  const lowerName = name.toLowerCase();
  const text = host
    .read(`${folder}/${lowerName}/${version.toLowerCase()}/${lowerName}.nuspec`)
    ?.toString('utf8');
  if (text === undefined) {
    return [];
  }
  try {
    const license = child(child(parseXml(text.replace(/^\uFEFF/, '')), 'metadata'), 'license');
    return license?.attributes['type'] === 'expression' && license.text !== '' ? [license.text] : [];
  } catch (error) {
    if (error instanceof AppError) {
      return [];
    }
    throw error;
  }
}
