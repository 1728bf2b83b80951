import {
  calendarAt,
  type FoundVulnerability,
  type InventoryChange,
  inventoryFile,
  openAdvisories,
  type RematchReport,
  sqliteInventoryStore,
} from '@lanner/scanner';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandEnvironment } from '../command.ts';

/** More are counted only: `lanner db inventories` has all. */
const shownArtifacts = 20;
const shownVulnerabilities = 10;

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
    const { rematched, changes } = report;
    environment.err(
      `stored inventories: ${rematched.length} matched again, ${changes.length} with other vulnerabilities\n`,
    );
    tellChanges(environment, changes);
  }
}

/** Says on standard error what became known of which artifact. */
export function tellChanges({ err }: CommandEnvironment, changes: readonly InventoryChange[]): void {
  for (const { name, added, gone } of changes.slice(0, shownArtifacts)) {
    err(`  ${name}: ${added.length} new, ${gone.length} gone\n`);
    for (const found of added.slice(0, shownVulnerabilities)) {
      err(`    ${described(found)}\n`);
    }
    if (added.length > shownVulnerabilities) {
      err(`    … ${added.length - shownVulnerabilities} more\n`);
    }
  }
  if (changes.length > shownArtifacts) {
    err(`  … ${changes.length - shownArtifacts} more\n`);
  }
}

function described({ vulnerabilityId, pkgName, installedVersion, fixedVersion }: FoundVulnerability): string {
  const fix = fixedVersion === undefined || fixedVersion === '' ? 'not fixed' : `fixed in ${fixedVersion}`;
  return `${vulnerabilityId} in ${pkgName} ${installedVersion}, ${fix}`;
}
