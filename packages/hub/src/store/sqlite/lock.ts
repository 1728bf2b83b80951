import { DatabaseSync } from 'node:sqlite';
import { AppError } from '@lanner/core';
import { asStoreError } from './connection.ts';

export interface StoreLock {
  readonly release: () => void;
}

/**
 * Keeps other processes away: a transaction that stays open on a file of its own. The kernel ends it with the process,
 * however that ends. Throws AppError 'store.locked'.
 */
export function lockStore(path: string): StoreLock {
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    database.exec('PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if ((error as { readonly errcode?: number }).errcode === 5) {
      throw new AppError('store.locked', 'Another process uses the store', {
        cause: error,
        hint: 'Stop the server that runs, or give another data folder.',
      });
    }
    throw asStoreError(error, path);
  }
  return {
    release: () => {
      database.close();
    },
  };
}
