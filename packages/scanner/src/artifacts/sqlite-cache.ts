import type { Log } from '@lanner/core';
import { makeFolder } from '@lanner/core/disk';
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { packLayer, unpackLayer } from './layer-codec.ts';
import type { LayerCache } from './layer-cache.ts';
import type { LayerResult } from './layer-analyzer.ts';

export interface SqliteCacheOptions {
  readonly path: string;
  /** What the kept results may take together, packed. */
  readonly maxBytes: number;
  readonly now: () => Date;
  readonly log: Log;
}

/** Rises when the tables change; a file of another version is made anew, as all in it can be found again. */
const schemaVersion = 3;
/** SQLITE_CORRUPT and SQLITE_NOTADB. */
const damageCodes: ReadonlySet<number> = new Set([11, 26]);
/** That a result was used is noted so often: a write takes longer than reading most results. */
const touchMs = 3_600_000;

/**
 * Keeps results in a SQLite file, the ones not used for the longest time going first when it grows too large. Several
 * processes may use it at once. A file that is damaged is replaced: at once when it cannot be opened, otherwise by the
 * next one that opens it. A scan that cannot use it goes on without.
 */
export class SqliteLayerCache implements LayerCache {
  readonly #database: DatabaseSync;
  readonly #get: StatementSync;
  readonly #touch: StatementSync;
  readonly #put: StatementSync;
  readonly #options: SqliteCacheOptions;
  #evicted = 0;
  #hasFailed = false;

  constructor(options: SqliteCacheOptions) {
    this.#options = options;
    this.#database = openDatabase(options);
    this.#get = this.#database.prepare('SELECT key, result, unpacked, used FROM layers WHERE key = ?');
    this.#touch = this.#database.prepare('UPDATE layers SET used = ? WHERE key = ?');
    this.#put = this.#database.prepare(
      'INSERT OR REPLACE INTO layers (key, result, unpacked, size, used) VALUES (?, ?, ?, ?, ?)',
    );
  }

  /** Results that made room for others since it was opened. */
  get evicted(): number {
    return this.#evicted;
  }

  get(key: string): LayerResult | null {
    const row = this.#attempt(() => this.#get.get(key));
    const packed = row?.['result'];
    // An index that is older than the table leads to another row.
    if (!(packed instanceof Uint8Array) || row?.['key'] !== key) {
      return null;
    }
    try {
      const result = unpackLayer({ packed, unpackedBytes: Number(row['unpacked']) });
      this.#noteUse(key, Number(row['used']));
      return result;
    } catch (error) {
      this.#options.log.warn('a kept layer is damaged and is analyzed again', {
        key,
        problem: String(error),
      });
      return null;
    }
  }

  put(key: string, result: LayerResult): void {
    const { packed, unpackedBytes } = packLayer(result);
    if (packed.length > this.#options.maxBytes) {
      return;
    }
    this.#attempt(() => {
      this.#put.run(key, packed, unpackedBytes, packed.length, this.#options.now().getTime());
      this.#evict();
    });
  }

  close(): void {
    this.#database.close();
  }

  /** Gives undefined where SQLite fails, and from then on. */
  #attempt<T>(action: () => T): T | undefined {
    if (this.#hasFailed) {
      return undefined;
    }
    try {
      return action();
    } catch (error) {
      this.#hasFailed = true;
      const { path, log } = this.#options;
      log.warn('the cache of layers cannot be used', { path, problem: (error as Error).message });
      if (damageCodes.has(Number((error as { errcode?: unknown }).errcode) & 0xff)) {
        removeFiles(path);
      }
      return undefined;
    }
  }

  #noteUse(key: string, used: number): void {
    const now = this.#options.now().getTime();
    if (Math.abs(now - used) >= touchMs) {
      this.#attempt(() => this.#touch.run(now, key));
    }
  }

  #evict(): void {
    const total = Number(
      this.#database.prepare('SELECT coalesce(sum(size), 0) AS total FROM layers').get()?.['total'] ?? 0,
    );
    let excess = total - this.#options.maxBytes;
    if (excess <= 0) {
      return;
    }
    // Some room more, so that not every new layer has to make its own.
    excess += Math.floor(this.#options.maxBytes / 10);
    const before = this.#evicted;
    const remove = this.#database.prepare('DELETE FROM layers WHERE key = ?');
    for (const row of this.#database.prepare('SELECT key, size FROM layers ORDER BY used, key').iterate()) {
      if (excess <= 0) {
        break;
      }
      excess -= Number(row['size']);
      remove.run(row['key'] ?? null);
      this.#evicted++;
    }
    this.#options.log.info('kept layers made room for others', { count: this.#evicted - before });
  }
}

function openDatabase({ path, log }: SqliteCacheOptions): DatabaseSync {
  makeFolder(dirname(path));
  try {
    return prepared(path);
  } catch (error) {
    log.warn('the cache of layers cannot be used and is made anew', {
      path,
      problem: (error as Error).message,
    });
    removeFiles(path);
    return prepared(path);
  }
}

function removeFiles(path: string): void {
  for (const suffix of ['', '-wal', '-shm']) {
    rmSync(path + suffix, { force: true });
  }
}

function prepared(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  // Nothing waits for the disk: what a power cut takes can be found again, and what it damages is noticed by its sum.
  database.exec('PRAGMA synchronous = OFF; PRAGMA journal_mode = WAL; PRAGMA busy_timeout = 5000');
  const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
  if (version !== schemaVersion) {
    database.exec(`
      DROP TABLE IF EXISTS layers;
      CREATE TABLE layers (key TEXT PRIMARY KEY, result BLOB NOT NULL, unpacked INTEGER NOT NULL, size INTEGER NOT NULL, used INTEGER NOT NULL) STRICT;
      CREATE INDEX layers_used ON layers (used);
      PRAGMA user_version = ${schemaVersion}`);
  }
  return database;
}
