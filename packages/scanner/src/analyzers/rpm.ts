import { AppError } from '@lanner/core';
import { defineAnalyzer, onlyAt, withOs } from '../analyzer.ts';
import { rpmHeaders } from '../formats/rpmdb/database.ts';
import { rpmPackages } from '../formats/rpmdb/packages.ts';
import { known } from '../lib/known.ts';

const paths = [
  ...['usr/lib/sysimage/rpm', 'var/lib/rpm'].flatMap((folder) =>
    ['Packages', 'Packages.db', 'rpmdb.sqlite'].map((name) => `${folder}/${name}`),
  ),
  'usr/share/rpm/rpmdb.sqlite',
];

export const analyzer = defineAnalyzer({
  id: 'rpm',
  revision: 1,
  doc: 'Packages of rpm databases: Berkeley DB, NDB and SQLite.',
  scope: 'file',
  targets: withOs,
  scanners: ['vuln', 'license'],
  ...onlyAt(...paths),
  analyze(file, { log }) {
    const headers = rpmHeaders(file, (error) => {
      if (!(error instanceof AppError)) {
        throw error;
      }
      log.warn('rpm header skipped', { path: file.path, code: error.code, ...error.details });
    });
    const packages = rpmPackages(headers);
    const official = packages.filter(({ repositoryClass }) => repositoryClass === 'official');
    const systemFiles = official.flatMap(({ installedFiles = [] }) => installedFiles);
    return packages.length === 0
      ? null
      : known({ packageLists: [{ filePath: file.path, packages }], systemFiles });
  },
});
