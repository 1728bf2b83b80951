import { AppError } from '@lanner/core';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type AdvisoryDatabase, BucketDatabase } from '../advisory-database.ts';
import { boltStore } from '../bucket-store.ts';
import { combinedDatabase } from '../combined-database.ts';
import { type DatabaseMetadata, type LocalDatabase, parseMetadata } from '../metadata.ts';

/** One database of a cache folder; the folders and names are those of Trivy. */
export interface CachedDatabase {
  readonly id: 'advisories' | 'java';
  readonly folder: string;
  readonly file: string;
  readonly mediaType: string;
  /** In the order in which they are asked. */
  readonly repositories: readonly string[];
}

export const advisoryCache: CachedDatabase = {
  id: 'advisories',
  folder: 'db',
  file: 'trivy.db',
  mediaType: 'application/vnd.aquasec.trivy.db.layer.v1.tar+gzip',
  repositories: ['mirror.gcr.io/aquasec/trivy-db:2', 'ghcr.io/aquasecurity/trivy-db:2'],
};
export const javaCache: CachedDatabase = {
  id: 'java',
  folder: 'java-db',
  file: 'trivy-java.db',
  mediaType: 'application/vnd.aquasec.trivy.javadb.layer.v1.tar+gzip',
  repositories: ['mirror.gcr.io/aquasec/trivy-java-db:1', 'ghcr.io/aquasecurity/trivy-java-db:1'],
};
export const metadataFile = 'metadata.json';
/** What `lanner db build` makes, beside the published database. */
export const ownDatabase = join('advisories', 'advisories.db');

/** Inventories that are matched again when a database changes. */
export const inventoryFile = 'inventories.db';

/** What a cache folder has of a database. */
export function localDatabase(cacheDir: string, { folder, file }: CachedDatabase): LocalDatabase {
  return {
    hasFile: existsSync(join(cacheDir, folder, file)),
    metadata: readMetadata(join(cacheDir, folder, metadataFile)),
  };
}

/** null for a file that is not there or cannot be read. */
export function readMetadata(path: string): DatabaseMetadata | null {
  try {
    return parseMetadata(readFileSync(path, 'utf8'));
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (isMissing || error instanceof AppError) {
      return null;
    }
    throw new AppError('file.read', `${path} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

/** Opens what a cache folder has; null when there is nothing. Throws AppError 'database.format' for a damaged file. */
export function openAdvisories(cacheDir: string): AdvisoryDatabase | null {
  const paths = [join(cacheDir, advisoryCache.folder, advisoryCache.file), join(cacheDir, ownDatabase)];
  const present = paths.filter((path) => existsSync(path) && statSync(path).size > 0);
  return present.length === 0 ? null : combinedDatabase(present.map(openFile));
}

function openFile(path: string): AdvisoryDatabase {
  try {
    return new BucketDatabase(boltStore(path));
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'artifact.parse') {
      throw error;
    }
    throw new AppError('database.format', `${path} is damaged`, {
      cause: error,
      hint: 'Fetch it again: lanner db update --force',
    });
  }
}
