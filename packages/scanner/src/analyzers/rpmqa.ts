import { AppError } from '@lanner/core';
import { defineAnalyzer, installed, onlyAt } from '../analyzer.ts';
import { known } from '../lib/known.ts';
import { epochOf, sourceRpm } from '../lib/os-version.ts';
import type { Package } from '../model/index.ts';

export const analyzer = defineAnalyzer({
  id: 'rpmqa',
  revision: 1,
  doc: 'Packages of distroless images of Azure Linux and CBL-Mariner.',
  scope: 'file',
  targets: installed,
  scanners: ['vuln', 'license'],
  ...onlyAt('var/lib/rpmmanifest/container-manifest-2'),
  analyze(file) {
    const lines = file.text().split('\n');
    const packages = lines.filter((line) => line.trim() !== '').map((line) => packageOf(line, file.path));
    return packages.length === 0 ? null : { packageLists: [{ filePath: file.path, packages }] };
  },
});

/** Ten columns: name, version-release, installed, built, vendor, epoch, size, architecture, epoch, source. */
function packageOf(line: string, path: string): Package {
  const columns = line.split('\t');
  const [name, versionRelease, , , , , , arch, epochText, source] = columns;
  if (columns.length !== 10 || name === undefined || versionRelease === undefined) {
    throw new AppError('artifact.parse', 'A line of the manifest has not ten columns', {
      details: { path, line: line.slice(0, 200) },
    });
  }
  const dash = versionRelease.lastIndexOf('-');
  const from = sourceRpm(source?.trim() ?? '');
  const epoch = epochOf(epochText);
  return known<Package>({
    name,
    version: versionRelease.slice(0, dash),
    release: versionRelease.slice(dash + 1),
    epoch,
    arch,
    srcName: from?.name,
    srcVersion: from?.version,
    srcRelease: from?.release,
    srcEpoch: from === null ? undefined : epoch,
  });
}
