import type { OsInfo } from '@lanner/scanner';
import { describe, expect, test } from 'vitest';
import {
  applicationTypeOf,
  dependencyId,
  imagePackageUrl,
  matchesPackageUrl,
  packageOfUrl,
  packageUrl,
  type PackageUrl,
  packageUrlOf,
  parsePackageUrl,
  printPackageUrl,
} from '../packages/scanner/src/purl/index.ts';
import { compact, type GoObject, goPackage, goText, isGoObject } from './lib/go-values.ts';
import { trivyCasesArePresent, trivyRows } from './lib/trivy-cases.ts';

const folder = 'trivy/pkg/purl';

function goUrl(value: unknown): PackageUrl | null {
  if (!isGoObject(value)) {
    return null;
  }
  const qualifiers = (value['Qualifiers'] ?? []) as { Key: string; Value: string }[];
  return packageUrl({
    type: typeOf(value['Type']),
    namespace: goText(value['Namespace']),
    name: goText(value['Name']) ?? '',
    version: goText(value['Version']),
    qualifiers: Object.fromEntries(qualifiers.map(({ Key, Value }) => [Key, Value])),
    subpath: goText(value['Subpath']),
  });
}

/** The constants of Go have the names of the types, apart from Debian's; some are wrapped in a conversion. */
function typeOf(value: unknown): string {
  const args = isGoObject(value) ? value['args'] : undefined;
  const name = goText(Array.isArray(args) ? args[0] : value) ?? '';
  const plain = name.replace(/^type/, '');
  return plain === 'debian' ? 'deb' : plain;
}

function named(row: GoObject): readonly [string, GoObject] {
  return [JSON.stringify(row['name'] ?? row), row];
}

/** `{$ref: ftypes.Jar}` is `jar`; some types have other names. */
function applicationOf(value: unknown): string {
  const names: Readonly<Record<string, string>> = {
    condapkg: 'conda-pkg',
    condaenv: 'conda-environment',
    packagesprops: 'packages-props',
    gemspec: 'gemspec',
    k8supstream: 'kubernetes',
  };
  const name = goText(value) ?? '';
  return names[name] ?? name;
}

describe.skipIf(!trivyCasesArePresent)('package URLs (needs ../shared)', () => {
  test.each(trivyRows<GoObject>('purl-sbom-license', folder, 'TestNewPackageURL').map(named))(
    'of a package: %s',
    (_name, row) => {
      const metadata = isGoObject(row['metadata']) ? row['metadata'] : {};
      const pkg = goPackage(isGoObject(row['pkg']) ? row['pkg'] : {});
      const os = isGoObject(metadata['OS'])
        ? ({ family: goText(metadata['OS']['Family']), name: goText(metadata['OS']['Name']) } as OsInfo)
        : undefined;
      const isImage = JSON.stringify(row['typ']).includes('TypeOCI');
      function build(): PackageUrl | null {
        const config = isGoObject(metadata['ImageConfig']) ? metadata['ImageConfig'] : {};
        return isImage
          ? imagePackageUrl((metadata['RepoDigests'] ?? []) as string[], goText(config['Architecture']))
          : packageUrlOf(applicationOf(row['typ']), pkg, os);
      }
      if (row['wantErr'] !== undefined) {
        expect(build).toThrow();
        return;
      }
      expect(build()).toEqual(goUrl(row['want']));
    },
  );

  test.each(trivyRows<GoObject>('purl-sbom-license', folder, 'TestFromString').map(named))(
    'read: %s',
    (_name, row) => {
      if (row['wantErr'] !== undefined) {
        expect(() => parsePackageUrl(String(row['purl']))).toThrow();
        return;
      }
      expect(parsePackageUrl(String(row['purl']))).toEqual(goUrl(row['want']));
    },
  );

  test.each(trivyRows<GoObject>('purl-sbom-license', folder, 'TestPackageURL_Package').map(named))(
    'to a package: %s',
    (_name, row) => {
      const wanted = goPackage(row['wantPkg'] as GoObject);
      const url = goUrl(row['pkgURL'])!;
      expect(packageOfUrl(url)).toEqual(compact({ ...wanted, identifier: { purl: printPackageUrl(url) } }));
    },
  );

  test.each(trivyRows<GoObject>('purl-sbom-license', folder, 'TestPackageURL_LangType').map(named))(
    'type of application: %s',
    (_name, row) => {
      const value = row['purl'] as GoObject;
      const namespace = goText(value['Namespace'])?.replace(/^namespace/, '');
      const url = { ...goUrl(value)!, ...(namespace === undefined ? {} : { namespace }) };
      expect(applicationTypeOf(url)).toBe(applicationOf(row['want']));
    },
  );

  test.each(trivyRows<GoObject>('purl-sbom-license', folder, 'TestPackageURL_Match').map(named))(
    'match: %s',
    (_name, row) => {
      const [constraint, target] = [row['constraint'], row['target']].map((text) =>
        parsePackageUrl(String(text)),
      );
      expect(matchesPackageUrl(constraint!, target!)).toBe(row['want']);
    },
  );

  test.each(trivyRows<GoObject>('purl-sbom-license', 'trivy/pkg/dependency', 'TestID').map(named))(
    'id: %s',
    (_name, row) => {
      const { ltype, name, version } = row['args'] as Record<string, unknown>;
      expect(dependencyId(applicationOf(ltype), String(name), String(version))).toBe(row['want']);
    },
  );
});
