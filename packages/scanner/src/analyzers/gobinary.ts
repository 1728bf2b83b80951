import { defineAnalyzer, installed } from '../analyzer.ts';
import { goBuild } from '../formats/go/build-info.ts';
import type { GoBuild } from '../formats/go/modules.ts';
import { mainVersion, releaseOf, stdlibVersion } from '../formats/go/version.ts';
import { mayBeProgram } from '../lib/executable-files.ts';
import { known } from '../lib/known.ts';
import type { Package } from '../model/index.ts';

export const analyzer = defineAnalyzer({
  id: 'gobinary',
  revision: 1,
  doc: 'Modules that Go programs were built from, and the version of the standard library.',
  scope: 'file',
  targets: installed,
  scanners: ['vuln', 'license'],
  wants: mayBeProgram,
  analyze(file) {
    const build = goBuild(file);
    const packages = build === null ? [] : packagesOf(build);
    return packages.length === 0
      ? null
      : { applications: [{ type: 'gobinary', filePath: file.path, packages }] };
  },
});

/** The main module first; it needs all others. */
function packagesOf(build: GoBuild): Package[] {
  const stdlib = stdlibVersion(build.goVersion);
  const needed = [
    ...(stdlib === undefined ? [] : [{ ...module('stdlib', stdlib), relationship: 'direct' as const }]),
    ...build.dependencies.map(({ path, version }) => module(path, releaseOf(version))),
  ];
  if (build.main === null || build.main.path === '') {
    return needed;
  }
  const dependsOn = needed.map(({ id }) => id).sort();
  const root = { ...module(build.main.path, mainVersion(build)), relationship: 'root' as const };
  return [known<Package>({ ...root, dependsOn }), ...needed];
}

function module(name: string, version: string | undefined): Package & { id: string } {
  return version === undefined ? { id: name, name } : { id: `${name}@${version}`, name, version };
}
