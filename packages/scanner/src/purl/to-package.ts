import type { Package } from '../model/index.ts';
import { dependencyId } from './dependency-id.ts';
import { type PackageUrl, printPackageUrl } from './package-url.ts';
import { applicationTypeOf, isOsPurlType } from './purl-types.ts';

/** The package that a package URL names. */
export function packageOfUrl(url: PackageUrl): Package {
  const { type, version = '', qualifiers = {} } = url;
  const name = packageName(url);
  const { arch, modularitylabel, epoch } = qualifiers as Partial<Record<string, string>>;
  const [, rpmVersion = version, release = ''] =
    type === 'rpm' ? (/^(?:[^:]*:)?([^-]*)(?:-(.*))?$/s.exec(version) ?? []) : [];
  return {
    id: dependencyId(applicationTypeOf(url), name, version),
    name,
    ...(rpmVersion === '' ? {} : { version: rpmVersion }),
    ...(release === '' ? {} : { release }),
    ...(epoch !== undefined && /^\d{1,9}$/.test(epoch) && Number(epoch) > 0 ? { epoch: Number(epoch) } : {}),
    ...(arch === undefined ? {} : { arch }),
    ...(modularitylabel === undefined ? {} : { modularityLabel: modularitylabel }),
    identifier: { purl: printPackageUrl(url) },
  };
}

function packageName({ type, namespace, name, subpath }: PackageUrl): string {
  if (type === 'cocoapods' && subpath !== undefined) {
    return `${name}/${subpath}`;
  }
  if (namespace === undefined || isOsPurlType(type)) {
    return name;
  }
  return type === 'maven' || type === 'gradle' ? `${namespace}:${name}` : `${namespace}/${name}`;
}
