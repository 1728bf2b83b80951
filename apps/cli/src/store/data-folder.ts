import { join } from 'node:path';
import type { BackupPart } from '@lanner/hub/store';
import type { CommandEnvironment, OptionValues } from '../command.ts';
import { dataFolderOf } from '../server/settings.ts';

/** Where the parts of a backup are in a data folder. */
const places: Readonly<Record<BackupPart, string>> = {
  'store.db': 'store/store.db',
  'agents-authority.pem': 'agents-authority.pem',
  'admin-token': 'admin-token',
};

/** Made by the server that runs; never part of a backup. */
export const lockName = 'store/lock.db';

export interface DataFolder {
  readonly path: string;
  readonly of: (part: BackupPart) => string;
}

/** The data folder that the options name. */
export function dataFolder(values: OptionValues, { env }: Pick<CommandEnvironment, 'env'>): DataFolder {
  const path = dataFolderOf(values, env);
  return { path, of: (part) => join(path, places[part]) };
}
