import { AppError } from '@lanner/core';
import { makeFolder } from '@lanner/core/disk';
import {
  calendarAt,
  type Inventory,
  inventoryFile,
  openAdvisories,
  sqliteInventoryStore,
} from '@lanner/scanner';
import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { tellChanges } from '../db/rematch.ts';
import { repositoryAddress } from './clone.ts';
import type { Inspected } from './inspect.ts';
import { withDistro } from './report.ts';
import type { ScanContext } from './scan-context.ts';

/**
 * Keeps what the artifact contains, matched with the database that is there, so that a later one tells what became
 * vulnerable without another scan. Throws AppError 'file.write' when it cannot be kept.
 */
export function storeInventory(inspected: Inspected, context: ScanContext): void {
  const { cacheFolder, environment, log } = context;
  const inventory = inventoryOf(inspected, context);
  const database = openAdvisories(cacheFolder);
  try {
    makeFolder(cacheFolder, { hint: 'Name another folder with --cache-dir.' });
    const store = sqliteInventoryStore(join(cacheFolder, inventoryFile));
    try {
      removeEarlier(inventory.artifactId, store);
      store.put(inventory);
      if (store.evicted() > 0) {
        log.info('stored inventories made room for others', { count: store.evicted() });
      }
      if (database !== null) {
        const { changes } = store.rematch({ database, calendar: calendarAt(environment.now()), log });
        // What is in this one is in the report.
        tellChanges(
          environment,
          changes.filter(({ artifactId }) => artifactId !== inventory.artifactId),
        );
      }
    } finally {
      store.close();
    }
  } catch (error) {
    if (error instanceof AppError) {
      throw error;
    }
    throw new AppError('file.write', `the inventory cannot be stored: ${(error as Error).message}`, {
      cause: error,
    });
  } finally {
    database?.close();
  }
}

function inventoryOf(inspected: Inspected, { settings, target }: ScanContext): Inventory {
  const { os, repository, packages, applications } = withDistro(inspected, settings);
  return {
    artifactId: inspected.metadata.imageId ?? placeId(target, [packages, applications]),
    name: inspected.name,
    ...(os === undefined ? {} : { os }),
    ...(repository === undefined ? {} : { repository }),
    packages,
    applications,
  };
}

/** A path, or the address of a repository, and a hash of what is there. */
function placeId(target: string, content: unknown): string {
  const place = repositoryAddress(target) ?? resolve(target);
  return `${place}@sha256:${createHash('sha256').update(JSON.stringify(content)).digest('hex')}`;
}

/** What was at the same path before is no longer. */
function removeEarlier(artifactId: string, store: ReturnType<typeof sqliteInventoryStore>): void {
  const place = artifactId.slice(0, artifactId.lastIndexOf('@') + 1);
  for (const { artifactId: other } of place === '' ? [] : store.list()) {
    if (other !== artifactId && other.startsWith(place)) {
      store.remove(other);
    }
  }
}
