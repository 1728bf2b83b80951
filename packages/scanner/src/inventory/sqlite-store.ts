import { AppError } from '@lanner/core';
import { DatabaseSync } from 'node:sqlite';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { LookUp } from '../db/advisory-database.ts';
import { RememberingDatabase } from '../db/recording.ts';
import type { Inventory } from './inventory.ts';
import { changesBetween } from './changes.ts';
import type { InventoryChange, InventoryStore, RematchReport, StoredInventory } from './inventory-store.ts';
import { type EarlierMatch, type MatchedPart, matchInventory, type MatchOptions } from './match-inventory.ts';

/** Of the tables below; a file with a higher one is of a newer program. */
const schema = 1;
const tables = `
  CREATE TABLE inventory (
    id INTEGER PRIMARY KEY,
    artifact TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    body BLOB NOT NULL,
    -- What matching needs of the body. It is read whenever the database changes, so it is not packed.
    subject TEXT NOT NULL,
    matched_at INTEGER,
    found TEXT
  ) STRICT;
  -- A question to the advisory database, and a hash of its last answer.
  CREATE TABLE look_up (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    bucket TEXT NOT NULL,
    name TEXT NOT NULL,
    answer TEXT NOT NULL,
    UNIQUE (kind, bucket, name)
  ) STRICT;
  CREATE TABLE inventory_look_up (
    look_up INTEGER NOT NULL REFERENCES look_up (id),
    inventory INTEGER NOT NULL REFERENCES inventory (id) ON DELETE CASCADE,
    PRIMARY KEY (look_up, inventory)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX look_ups_of_inventory ON inventory_look_up (inventory);
`;

const defaultLimit = 1000;

/**
 * A store in a SQLite file, with so many inventories at most. Throws AppError 'database.version' for a file of a newer
 * program.
 */
export function sqliteInventoryStore(path: string, maxInventories = defaultLimit): InventoryStore {
  const database = open(path);
  const statements = prepare(database);
  let evicted = 0;
  return {
    put: (inventory) =>
      transaction(database, () => {
        put(inventory, statements);
        evicted += Number(statements.evict.run(maxInventories).changes);
      }),
    evicted: () => evicted,
    get: (artifactId) => unpacked(statements.get.get(artifactId)?.['body']),
    remove: (artifactId) => void statements.remove.run(artifactId),
    list: () => statements.list.all().map(storedInventory),
    vulnerabilities: (artifactId) => parsed<MatchedPart[]>(statements.get.get(artifactId)?.['found']),
    rematch: (options) => transaction(database, () => rematch(statements, options)),
    close: () => database.close(),
  };
}

function open(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -2000');
  const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
  if (version > schema) {
    database.close();
    throw new AppError('database.version', `${path} was written by a newer version of lanner`, {
      hint: 'Update lanner, or move the file away.',
    });
  }
  if (version === 0) {
    database.exec(`BEGIN; ${tables} PRAGMA user_version = ${schema}; COMMIT`);
  }
  return database;
}

type Statements = ReturnType<typeof prepare>;

function prepare(database: DatabaseSync) {
  return {
    put: database.prepare(
      'INSERT INTO inventory (artifact, name, body, subject, found) VALUES (?, ?, ?, ?, ?)',
    ),
    // Numbers rise, so the lowest were put in first.
    evict: database.prepare(
      'DELETE FROM inventory WHERE id IN (SELECT id FROM inventory ORDER BY id DESC LIMIT -1 OFFSET ?)',
    ),
    get: database.prepare('SELECT body, found FROM inventory WHERE artifact = ?'),
    remove: database.prepare('DELETE FROM inventory WHERE artifact = ?'),
    list: database.prepare('SELECT artifact, name, matched_at FROM inventory ORDER BY artifact'),
    byId: database.prepare('SELECT subject, found FROM inventory WHERE id = ?'),
    unmatched: database.prepare('SELECT id FROM inventory WHERE matched_at IS NULL'),
    lookUps: database.prepare('SELECT id, kind, bucket, name, answer FROM look_up'),
    setAnswer: database.prepare('UPDATE look_up SET answer = ? WHERE id = ?'),
    inventoriesOf: database.prepare('SELECT inventory FROM inventory_look_up WHERE look_up = ?'),
    addLookUp: database.prepare(
      `INSERT INTO look_up (kind, bucket, name, answer) VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET answer = excluded.answer RETURNING id`,
    ),
    findLookUp: database.prepare('SELECT id FROM look_up WHERE kind = ? AND bucket = ? AND name = ?'),
    forget: database.prepare('DELETE FROM inventory_look_up WHERE inventory = ?'),
    remember: database.prepare('INSERT OR IGNORE INTO inventory_look_up (look_up, inventory) VALUES (?, ?)'),
    found: database.prepare('UPDATE inventory SET found = ?, matched_at = ? WHERE id = ?'),
    sweep: database.prepare(
      'DELETE FROM look_up WHERE NOT EXISTS (SELECT 1 FROM inventory_look_up WHERE look_up = look_up.id)',
    ),
  };
}

/** What was found before stays, so that the next match can tell what changed. The row is a new one: its number rises. */
function put(inventory: Inventory, statements: Statements): void {
  const { artifactId, name } = inventory;
  const found = statements.get.get(artifactId)?.['found'] ?? null;
  statements.remove.run(artifactId);
  const body = zstdCompressSync(JSON.stringify(inventory));
  statements.put.run(artifactId, name, body, subjectOf(inventory), found);
}

/** Names of packages whose advisories changed; null where all of the inventory has to be matched. */
type Affected = Map<number, Set<string> | null>;

function rematch(statements: Statements, options: MatchOptions): RematchReport {
  const database = new RememberingDatabase(options.database);
  const { affected, lookUps, changedLookUps } = findAffected(statements, database);
  const rematched: string[] = [];
  const changed: string[] = [];
  const changes: InventoryChange[] = [];
  for (const [id, names] of affected) {
    const row = statements.byId.get(id);
    const inventory = parsed<Inventory>(row?.['subject']);
    if (row === undefined || inventory === null) {
      continue;
    }
    const parts = names === null ? null : parsed<MatchedPart[]>(row['found']);
    const earlier = names === null || parts === null ? null : { parts, changedNames: names };
    const found = matchOne(id, inventory, earlier, statements, { ...options, database });
    if (row['found'] !== found) {
      changed.push(inventory.artifactId);
      const [before, after] = [row['found'], found].map((text) => parsed<MatchedPart[]>(text) ?? []);
      const change = changesBetween(inventory, before ?? [], after ?? []);
      changes.push(...(change === null ? [] : [change]));
    }
    rematched.push(inventory.artifactId);
  }
  statements.sweep.run();
  return { lookUps, changedLookUps, rematched, changed, changes };
}

function findAffected(
  statements: Statements,
  database: RememberingDatabase,
): { affected: Affected; lookUps: number; changedLookUps: number } {
  const affected: Affected = new Map();
  let changedLookUps = 0;
  // The rows are few and small: no cursor is open while they are changed.
  const rows = statements.lookUps.all();
  for (const row of rows) {
    const lookUp = lookUpOf(row);
    const answer = database.answerHash(lookUp);
    if (answer !== row['answer']) {
      changedLookUps++;
      statements.setAnswer.run(answer, Number(row['id']));
      for (const { inventory } of statements.inventoriesOf.all(Number(row['id']))) {
        addName(affected, Number(inventory), lookUp);
      }
    }
  }
  for (const { id } of statements.unmatched.all()) {
    affected.set(Number(id), null);
  }
  return { affected, lookUps: rows.length, changedLookUps };
}

/** Products decide about all packages of an inventory. */
function addName(affected: Affected, inventory: number, { kind, name }: LookUp): void {
  const names = affected.get(inventory) ?? new Set();
  const isWhole = affected.get(inventory) === null || kind === 'repository' || kind === 'nvr';
  affected.set(inventory, isWhole ? null : names.add(name));
}

/** Gives what was found, as it is stored. */
function matchOne(
  id: number,
  inventory: Inventory,
  earlier: EarlierMatch | null,
  statements: Statements,
  options: MatchOptions & { readonly database: RememberingDatabase },
): string {
  const asked = new Map<string, LookUp>();
  options.database.onLookUp = (lookUp) => {
    asked.set(`${lookUp.kind} ${lookUp.bucket}\0${lookUp.name}`, lookUp);
  };
  const found = JSON.stringify(matchInventory(inventory, options, earlier));
  options.database.onLookUp = () => undefined;
  // Packages that were not matched again still ask what they asked before.
  if (earlier === null) {
    statements.forget.run(id);
  }
  for (const lookUp of asked.values()) {
    statements.remember.run(idOf(lookUp, statements, options.database), id);
  }
  statements.found.run(found, options.calendar.now.getTime(), id);
  return found;
}

function idOf(lookUp: LookUp, { findLookUp, addLookUp }: Statements, database: RememberingDatabase): number {
  const { kind, bucket, name } = lookUp;
  const known =
    findLookUp.get(kind, bucket, name) ?? addLookUp.get(kind, bucket, name, database.answerHash(lookUp));
  return Number(known?.['id']);
}

function lookUpOf(row: Readonly<Record<string, unknown>>): LookUp {
  // The columns hold what `addLookUp` wrote.
  const { kind, bucket, name } = row as { kind: LookUp['kind']; bucket: string; name: string };
  return { kind, bucket, name };
}

function storedInventory(row: Readonly<Record<string, unknown>>): StoredInventory {
  const matchedAt = row['matched_at'];
  return {
    artifactId: String(row['artifact']),
    name: String(row['name']),
    matchedAt: typeof matchedAt === 'number' ? new Date(matchedAt) : null,
  };
}

/** Without what matching does not look at: the lists of files. */
function subjectOf(inventory: Inventory): string {
  return JSON.stringify(inventory, (key, value: unknown) => (key === 'installedFiles' ? undefined : value));
}

function unpacked(value: unknown): Inventory | null {
  return value instanceof Uint8Array ? parsed(zstdDecompressSync(value).toString()) : null;
}

/** null for nothing. What is stored was written by this file, from the type that the caller names. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- one cast here instead of one a caller
function parsed<T>(value: unknown): T | null {
  return typeof value === 'string' ? (JSON.parse(value) as T) : null;
}

function transaction<T>(database: DatabaseSync, run: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = run();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}
