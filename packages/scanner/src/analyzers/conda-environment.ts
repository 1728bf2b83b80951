import { defineAnalyzer, sources, type HostFiles } from '../analyzer.ts';
import { baseName } from '../lib/path.ts';
import { objectOf, stringOf } from '../lib/json.ts';
import { parseCondaEnvironment } from '../lockfiles/conda-environment.ts';
import { lockfileApplication } from '../lockfiles/packages.ts';

export const analyzer = defineAnalyzer({
  id: 'conda-environment',
  revision: 1,
  doc: 'Conda packages that environment.yml asks for, with licences of the environment if it is on this machine.',
  scope: 'file',
  targets: sources,
  scanners: ['vuln', 'license'],
  wants: ({ path }) => /^environment\.ya?ml$/.test(baseName(path)),
  analyze(file, { host }) {
    const { packages, prefix } = parseCondaEnvironment(file.text());
    const licenses = host === null || prefix === '' ? null : installedLicenses(host, prefix);
    return lockfileApplication(
      'conda-environment',
      file.path,
      packages.map((found) => ({ ...found, licenses: licenses?.(found.name, found.version ?? '') })),
    );
  },
});

/** Licence of an installed package: `conda-meta/<name>-<version>-<build>.json`, the version free when none was asked. */
function installedLicenses(host: HostFiles, prefix: string): (name: string, version: string) => string[] {
  const folder = `${prefix}/conda-meta`;
  const files = Map.groupBy(host.list(folder), (file) => /^(.+)-[^-]+-[^-]+\.json$/.exec(file)?.[1] ?? '');
  return (name, version) => {
    const file = files.get(name)?.find((candidate) => candidate.startsWith(`${name}-${version}`));
    const bytes = file === undefined ? null : host.read(`${folder}/${file}`);
    if (bytes === null) {
      return [];
    }
    try {
      const license = stringOf(objectOf(JSON.parse(bytes.toString('utf8')) as unknown)['license']);
      return license === '' ? [] : [license];
    } catch (error) {
      if (error instanceof SyntaxError) {
        return [];
      }
      throw error;
    }
  };
}
