import {
  calendarAt,
  inventoryFile,
  openAdvisories,
  type RematchReport,
  sqliteInventoryStore,
} from '@lanner/scanner';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandEnvironment } from '../command.ts';

/** Matches the stored inventories of a cache folder again, where advisories on them changed; null when there are none. */
export function rematchStored({ now, log }: CommandEnvironment, cacheDir: string): RematchReport | null {
  const path = join(cacheDir, inventoryFile);
  const database = existsSync(path) ? openAdvisories(cacheDir) : null;
  if (database === null) {
    return null;
  }
  const store = sqliteInventoryStore(path);
  try {
    return store.rematch({ database, calendar: calendarAt(now()), log });
  } finally {
    store.close();
    database.close();
  }
}

/** Says on standard error what matching again changed. */
export function tellRematch(environment: CommandEnvironment, cacheDir: string): void {
  const report = rematchStored(environment, cacheDir);
  if (report !== null) {
    const { rematched, changed } = report;
    environment.err(
      `stored inventories: ${rematched.length} matched again, ${changed.length} with other vulnerabilities\n`,
    );
  }
}
