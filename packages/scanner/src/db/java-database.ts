import { AppError } from '@lanner/core';
import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { JavaIndex } from '../analyzer.ts';

/** The index of Java archives, with what has to be closed. */
export interface JavaDatabase extends JavaIndex {
  readonly close: () => void;
}

/** Opens trivy-java-db, reading only what look-ups need. Throws AppError 'database.missing' or 'database.format'. */
export function openJavaDatabase(path: string): JavaDatabase {
  if (!existsSync(path)) {
    throw new AppError('database.missing', `there is no index of Java archives at ${path}`, {
      hint: 'Run lanner db update --java.',
    });
  }
  return guarded(path, () => {
    const database = new DatabaseSync(path, { readOnly: true });
    const bySha1 = database.prepare(
      `SELECT a.group_id AS group_id, a.artifact_id AS artifact_id, i.version AS version FROM indices i JOIN artifacts a ON a.id = i.artifact_id
       WHERE i.sha1 = ? AND i.archive_type = 'jar'`,
    );
    const exists = database.prepare(
      `SELECT 1 FROM indices i JOIN artifacts a ON a.id = i.artifact_id
       WHERE a.group_id = ? AND a.artifact_id = ? AND i.archive_type = 'jar' LIMIT 1`,
    );
    const groups = database.prepare(
      `SELECT a.group_id AS group_id, count(*) AS uses FROM indices i JOIN artifacts a ON a.id = i.artifact_id
       WHERE a.artifact_id = ? AND i.version = ? AND i.archive_type = 'jar'
       GROUP BY a.group_id ORDER BY uses DESC LIMIT 1`,
    );
    return {
      bySha1: (sha1) =>
        guarded(path, () => {
          const row = bySha1.get(sha1);
          return row === undefined
            ? null
            : {
                groupId: String(row['group_id']),
                artifactId: String(row['artifact_id']),
                version: String(row['version']),
              };
        }),
      exists: (groupId, artifactId) => guarded(path, () => exists.get(groupId, artifactId) !== undefined),
      groupOf: (artifactId, version) =>
        guarded(path, () => {
          const row = groups.get(artifactId, version);
          return row === undefined ? null : String(row['group_id']);
        }),
      close: () => database.close(),
    };
  });
}

/** What SQLite cannot read is a damaged database. */
function guarded<T>(path: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw new AppError('database.format', `${path} cannot be read: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
