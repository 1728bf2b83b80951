import fc from 'fast-check';
import type { Package, Report } from '../model/index.ts';
import { packageUrlOf, printPackageUrl } from '../purl/index.ts';
import { sampleReport } from './report.ts';

const word = fc.stringMatching(/^[a-z][a-z0-9.+-]{0,8}[a-z0-9]$/);
const hex = fc.stringMatching(/^[0-9a-f]{40}$/);
const license = fc.constantFrom(
  'MIT',
  'GPL-2.0-only',
  'GPLv3+',
  'free as air',
  'MIT OR Apache-2.0',
  'text://as\nis',
);

function packages(type: string): fc.Arbitrary<Package[]> {
  const one = fc.record(
    {
      name: word,
      version: fc.stringMatching(/^[1-9](\.[0-9]){0,3}$/),
      licenses: fc.array(license, { minLength: 1, maxLength: 3 }),
      maintainer: fc.constantFrom('Someone', 'A & B <ab@example.com>'),
      filePath: word.map((name) => `usr/lib/${name}`),
      digest: hex.map((digest) => `sha1:${digest}`),
      layer: hex.map((digest) => ({ diffId: `sha256:${digest}` })),
      needs: fc.array(fc.nat(9), { maxLength: 3 }),
    },
    { requiredKeys: ['name', 'version'] },
  );
  const unique = fc.uniqueArray(one, { maxLength: 10, selector: ({ name }) => name });
  return unique.map((all) =>
    all.map(({ needs = [], ...pkg }) => {
      const dependsOn = [...new Set(needs)]
        .flatMap((at) => all[at] ?? [])
        .map(({ name, version }) => `${name}@${version}`)
        .filter((id) => id !== `${pkg.name}@${pkg.version}`);
      const whole = {
        ...pkg,
        id: `${pkg.name}@${pkg.version}`,
        ...(dependsOn.length === 0 ? {} : { dependsOn }),
      };
      const url = packageUrlOf(type, whole, { family: 'debian', name: '12' });
      return url === null ? whole : { ...whole, identifier: { purl: printPackageUrl(url) } };
    }),
  );
}

/** Reports of images with packages of several kinds, licences of all sorts, and what needs what. */
export const reports: fc.Arbitrary<Report> = fc
  .tuple(packages('debian'), packages('cargo'), packages('node-pkg'), word)
  .map(([os, lock, node, artifactName]) => ({
    ...sampleReport,
    artifactName,
    results: [
      { target: `${artifactName} (debian 12)`, class: 'os-pkgs' as const, type: 'debian', packages: os },
      { target: 'src/Cargo.lock', class: 'lang-pkgs' as const, type: 'cargo', packages: lock },
      { target: 'Node.js', class: 'lang-pkgs' as const, type: 'node-pkg', packages: node },
    ],
  }));
