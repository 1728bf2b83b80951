import type { DatabaseSync } from 'node:sqlite';
import { AppError } from '@lanner/core';

/** The schema that this version writes. */
export const schemaVersion = 2;

/** Steps to each version from the one before; the first makes an empty database. Never change one that was released. */
const migrations: readonly string[] = [
  `
  CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE tail (
    position INTEGER PRIMARY KEY, time_us INTEGER NOT NULL, received_ms INTEGER NOT NULL, priority INTEGER NOT NULL,
    rule INTEGER NOT NULL, source INTEGER NOT NULL, hostname INTEGER NOT NULL, tags INTEGER NOT NULL,
    namespace INTEGER NOT NULL, pod INTEGER NOT NULL, container INTEGER NOT NULL, image INTEGER NOT NULL,
    fingerprint INTEGER NOT NULL, record BLOB NOT NULL
  );
  CREATE TABLE alert_id (id PRIMARY KEY, position INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE word (kind INTEGER, id INTEGER, value TEXT NOT NULL, PRIMARY KEY (kind, id)) WITHOUT ROWID;
  CREATE UNIQUE INDEX word_value ON word (kind, value);
  CREATE TABLE segment (
    id INTEGER PRIMARY KEY, first INTEGER NOT NULL, rows INTEGER NOT NULL, skip INTEGER NOT NULL DEFAULT 0,
    min_us INTEGER NOT NULL, max_us INTEGER NOT NULL, firsts BLOB NOT NULL, received BLOB NOT NULL,
    columns BLOB NOT NULL
  );
  CREATE TABLE block (id INTEGER PRIMARY KEY, records BLOB NOT NULL);
  CREATE TABLE word_page (id INTEGER PRIMARY KEY, words BLOB NOT NULL);
  CREATE TABLE alert_group (
    fingerprint INTEGER PRIMARY KEY, kept INTEGER NOT NULL, last_us INTEGER NOT NULL
  );
  CREATE TABLE triage (
    fingerprint TEXT PRIMARY KEY, up_to INTEGER NOT NULL, state TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE batch (agent TEXT PRIMARY KEY, sequence INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE delivery (
    destination TEXT PRIMARY KEY, position INTEGER NOT NULL, delivered INTEGER NOT NULL, lost INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE dead_letter (
    id INTEGER PRIMARY KEY AUTOINCREMENT, destination TEXT NOT NULL, position INTEGER NOT NULL, reason TEXT NOT NULL,
    attempts INTEGER NOT NULL, at_ms INTEGER NOT NULL
  );
  CREATE INDEX dead_letter_position ON dead_letter (position);
  CREATE TABLE document (
    kind TEXT, id TEXT, value TEXT NOT NULL, revision INTEGER NOT NULL, updated_ms INTEGER NOT NULL,
    PRIMARY KEY (kind, id)
  );
  CREATE TABLE audit (id INTEGER PRIMARY KEY AUTOINCREMENT, entry TEXT NOT NULL);
  CREATE TABLE artifact (
    key TEXT PRIMARY KEY, value TEXT NOT NULL, first_ms INTEGER NOT NULL, scanned_ms INTEGER NOT NULL,
    retired_ms INTEGER
  );
  CREATE TABLE finding (
    id INTEGER PRIMARY KEY, artifact TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, package TEXT NOT NULL,
    severity TEXT NOT NULL, package_name TEXT NOT NULL, first_ms INTEGER NOT NULL, last_ms INTEGER NOT NULL,
    is_open INTEGER NOT NULL, intervals TEXT NOT NULL, value TEXT NOT NULL,
    UNIQUE (artifact, kind, name, package)
  );
  CREATE INDEX finding_open ON finding (is_open, severity);
  CREATE INDEX finding_name ON finding (name);
  CREATE TABLE inventory (artifact TEXT PRIMARY KEY, bytes BLOB NOT NULL, at_ms INTEGER NOT NULL);
  CREATE TABLE evidence (
    artifact TEXT, package TEXT, rung TEXT, first_ms INTEGER NOT NULL, last_ms INTEGER NOT NULL,
    sample TEXT NOT NULL, intervals TEXT NOT NULL, PRIMARY KEY (artifact, package, rung)
  );
  `,
  // Fingerprints as bytes, which halves the largest part of the dictionary. Blocks of two parts are beside those of one.
  `
  UPDATE word SET value = unhex(value)
    WHERE kind = 8 AND typeof(value) = 'text' AND length(value) = 16 AND value NOT GLOB '*[^0-9a-f]*';
  `,
];

export function versionOf(database: DatabaseSync): number {
  const row = database.prepare('PRAGMA user_version').get() as { user_version: number };
  return row.user_version;
}

/** Throws AppError 'store.version' for a database of a later version. */
export function refuseNewer(version: number): void {
  if (version > schemaVersion) {
    throw new AppError(
      'store.version',
      `The store has schema ${version}, and this version knows ${schemaVersion}`,
      { hint: 'Start the version of Lanner that wrote it, or a later one.' },
    );
  }
}

/** Brings the schema to this version, one step a transaction. */
export function migrate(database: DatabaseSync): void {
  for (let version = versionOf(database); version < schemaVersion; version++) {
    database.exec(
      `BEGIN IMMEDIATE; ${migrations[version] ?? ''} PRAGMA user_version = ${version + 1}; COMMIT`,
    );
  }
}
