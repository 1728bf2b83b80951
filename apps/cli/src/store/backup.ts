import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { AppError } from '@lanner/core';
import { syncPath } from '@lanner/core/disk';
import {
  type BackupFile,
  type BackupPart,
  backupParts,
  checkStoreFile,
  copyStoreFile,
  describeFile,
  manifestName,
  manifestText,
  type StoreFileReport,
} from '@lanner/hub/store';
import { type CommandEnvironment, type CommandInput, flagOption } from '../command.ts';
import { missingArgument } from '../lib/subcommands.ts';
import { type DataFolder, dataFolder } from './data-folder.ts';

/** `store backup`: a folder with all that belongs to the data folder, as of one moment. 1 when it has damage in it. */
export async function backup(
  environment: CommandEnvironment,
  { values, positionals: [target] }: CommandInput,
): Promise<number> {
  if (target === undefined) {
    throw missingArgument('store backup', 'FOLDER', 'a folder that does not exist yet');
  }
  const data = dataFolder(values, environment);
  makeFolder(target);
  let made: { files: readonly BackupFile[]; report: StoreFileReport };
  try {
    made = await fill(target, data, environment);
  } catch (error) {
    rmSync(target, { recursive: true, force: true });
    throw asWriteError(target, error);
  }
  const { files, report } = made;
  environment.out(
    flagOption(values, 'json')
      ? `${JSON.stringify({ folder: target, alerts: report.alerts, problems: report.problems, files })}\n`
      : `${report.alerts} alerts, schema ${report.schemaVersion ?? 0}: ${files.map(({ name }) => name).join(', ')}\n`,
  );
  if (report.problems.length > 0) {
    environment.log.error('the store is damaged, and so is its backup', {
      problems: report.problems.length + report.more,
      hint: 'Run lanner store check for what, and keep earlier backups.',
    });
  }
  return report.problems.length > 0 ? 1 : 0;
}

function makeFolder(target: string): void {
  try {
    mkdirSync(target, { mode: 0o700 });
  } catch (cause) {
    throw new AppError('file.write', `${target} could not be made: ${(cause as Error).message}`, {
      cause,
      hint: 'Give a folder that does not exist, in one that does.',
    });
  }
}

/** The manifest comes last: a backup without one was not ended. */
async function fill(
  target: string,
  data: DataFolder,
  { version, now }: CommandEnvironment,
): Promise<{ files: readonly BackupFile[]; report: StoreFileReport }> {
  const createdAt = now().toISOString();
  await copyStoreFile(data.of('store.db'), join(target, 'store.db'));
  const names: BackupPart[] = ['store.db'];
  for (const name of backupParts) {
    if (name !== 'store.db' && existsSync(data.of(name))) {
      copyFileSync(data.of(name), join(target, name));
      names.push(name);
    }
  }
  const files: BackupFile[] = [];
  for (const name of names) {
    await chmod(join(target, name), 0o600);
    syncPath(join(target, name));
    files.push(await describeFile(target, name));
  }
  const report = checkStoreFile(join(target, 'store.db'));
  const { alerts, schemaVersion, problems, more } = report;
  writeFileSync(
    join(target, manifestName),
    manifestText({
      ...{ version, createdAt, alerts, files },
      schemaVersion: schemaVersion ?? 0,
      problems: problems.length + more,
    }),
    { mode: 0o600, flush: true },
  );
  syncPath(target);
  syncPath(dirname(resolve(target)));
  return { files, report };
}

/** A disk that takes nothing more as an AppError; anything else as it is. */
export function asWriteError(path: string, error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  return ['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'EIO', 'EFBIG'].includes(code ?? '')
    ? new AppError('file.write', `${path} cannot be written: ${message}`, {
        cause: error,
        hint: 'Look at the room on that disk, and at its permissions.',
      })
    : error;
}
