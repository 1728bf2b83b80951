import { backup, DatabaseSync } from 'node:sqlite';
import type { Log } from '@lanner/core';
import { asStoreError, connect, isDamage } from './connection.ts';
import { endSalvage } from './salvage.ts';
import { salvageInThread } from './salvage-thread.ts';
import { migrate, refuseNewer, schemaVersion, versionOf } from './schema.ts';

export interface PrepareOptions {
  readonly log: Log;
  readonly nowMs: number;
  /** Damage was seen while the store was open. */
  readonly damaged?: boolean;
  /** Told when it is about to be mended, which takes a while. */
  readonly onDamage?: () => void;
  /** Ends the mending; the next start begins it anew. */
  readonly signal: AbortSignal;
}

/**
 * Makes the database of this version out of what is there: nothing, an older one, or a damaged one. Rejects with the
 * signal's reason when that is aborted while it is mended.
 */
export async function prepareDatabase(path: string, options: PrepareOptions): Promise<void> {
  endSalvage(path);
  try {
    if (options.damaged !== true && (await isWhole(path, options.log))) {
      return;
    }
    options.onDamage?.();
    const { log, nowMs, signal } = options;
    const salvaged = await salvageInThread(path, nowMs, signal);
    log.error('store was damaged; what could be read was kept', { ...salvaged });
  } catch (error) {
    throw asStoreError(error, path);
  }
}

/** False when damage was met while it was brought to this version. */
async function isWhole(path: string, log: Log): Promise<boolean> {
  try {
    await upgrade(path, log);
    return true;
  } catch (error) {
    if (!isDamage(error)) {
      throw error;
    }
    return false;
  }
}

async function upgrade(path: string, log: Log): Promise<void> {
  const database = connect(path, 'write');
  try {
    const version = versionOf(database);
    refuseNewer(version);
    if (version > 0 && version < schemaVersion) {
      const copy = `${path}.schema-${version}`;
      const reader = new DatabaseSync(path, { readOnly: true });
      await backup(reader, copy);
      reader.close();
      log.info('store is brought to a new schema', { from: version, to: schemaVersion, backup: copy });
    }
    migrate(database);
    probe(database);
  } finally {
    database.close();
  }
}

/** What the clock showed when the store was last tidied up; null when that is not known. */
export function lastClockMs(path: string): number | null {
  const database = connect(path, 'read');
  try {
    const row = database.prepare("SELECT value FROM counter WHERE name = 'clock_ms'").get() as
      { value: number } | undefined;
    return row?.value ?? null;
  } finally {
    database.close();
  }
}

/** Touches what everything else hangs on, so that damage there is noticed at the start. */
function probe(database: DatabaseSync): void {
  for (const table of [
    'counter',
    'segment',
    'tail',
    'block',
    'word_page',
    'alert_id',
    'word',
    'alert_group',
  ]) {
    database.prepare(`SELECT * FROM ${table} ORDER BY 1 LIMIT 1`).get();
    database.prepare(`SELECT * FROM ${table} ORDER BY 1 DESC LIMIT 1`).get();
  }
  database.prepare('SELECT count(*) FROM segment WHERE rows < 0').get();
}
