import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { AppError } from '@lanner/core';
import { syncPath } from '@lanner/core/disk';
import { lockStore } from '@lanner/hub';
import {
  type Backup,
  type BackupPart,
  backupParts,
  describeFile,
  endSessions,
  readManifest,
  refuseBackup,
} from '@lanner/hub/store';
import { type CommandEnvironment, type CommandInput, flagOption } from '../command.ts';
import { missingArgument } from '../lib/subcommands.ts';
import { asWriteError } from './backup.ts';
import { type DataFolder, dataFolder, lockName } from './data-folder.ts';

/** `store restore`: verifies a backup, and puts it into a data folder that no server uses. */
export async function restore(
  environment: CommandEnvironment,
  { values, positionals: [source] }: CommandInput,
): Promise<number> {
  if (source === undefined) {
    throw missingArgument('store restore', 'FOLDER', 'the folder of a backup');
  }
  const data = dataFolder(values, environment);
  const manifest = readManifest(source);
  const aside = emptyOrAside(data.path, flagOption(values, 'replace'), environment.now());
  mkdirSync(join(data.path, 'store'), { recursive: true, mode: 0o700 });
  const lock = lockStore(join(data.path, lockName));
  try {
    await copyBeside(source, data, manifest);
    if (aside !== null) {
      moveAside(data, aside);
    }
    putInPlace(data, manifest);
  } catch (error) {
    throw asWriteError(data.path, error);
  } finally {
    lock.release();
    for (const name of backupParts) {
      rmSync(beside(data, name), { force: true });
    }
  }
  tell(environment, flagOption(values, 'json'), { data, manifest, aside });
  return 0;
}

/** Where to move what is there; null for an empty folder. Throws AppError 'file.write' unless it may be replaced. */
function emptyOrAside(folder: string, replace: boolean, now: Date): string | null {
  // The lock of a restore that was refused holds nothing.
  const entries = existsSync(folder) ? readdirSync(folder, { recursive: true }).map(String) : [];
  if (entries.every((entry) => entry === 'store' || entry === lockName)) {
    return null;
  }
  if (!replace) {
    throw new AppError('file.write', `the data folder ${folder} is not empty`, {
      hint: 'Give an empty one with --data, or --replace to move aside what is there.',
    });
  }
  return join(folder, `replaced-${now.toISOString().replace(/[-:]|\.\d+/g, '')}`);
}

function beside(data: DataFolder, name: BackupPart): string {
  return `${data.of(name)}.restoring`;
}

/** Copies every file beside its place and verifies the copy. Throws AppError 'backup.invalid'. */
async function copyBeside(source: string, data: DataFolder, { files }: Backup): Promise<void> {
  const { uid, gid } = statSync(data.path);
  for (const { name, bytes, sha256 } of files) {
    const copy = beside(data, name);
    if (!existsSync(join(source, name))) {
      throw refuseBackup(`${name} of the backup is missing`);
    }
    copyFileSync(join(source, name), copy);
    const found = await describeFile(source, name, copy);
    if (found.bytes !== bytes || found.sha256 !== sha256) {
      throw refuseBackup(`${name} of the backup is not what it was when it was made`);
    }
    if (name === 'store.db') {
      endSessions(copy);
    }
    chmodSync(copy, 0o600);
    // The server that uses the folder has to read it, whoever restores it.
    chownSync(copy, uid, gid);
    syncPath(copy);
  }
}

/** Nothing of the old may stay: its log would be taken for that of the new. */
function moveAside(data: DataFolder, aside: string): void {
  mkdirSync(join(aside, 'store'), { recursive: true, mode: 0o700 });
  const store = data.of('store.db');
  for (const name of readdirSync(dirname(store))) {
    if (name.startsWith(basename(store)) && !name.endsWith('.restoring')) {
      renameSync(join(dirname(store), name), join(aside, 'store', name));
    }
  }
  for (const name of backupParts) {
    if (name !== 'store.db' && existsSync(data.of(name))) {
      renameSync(data.of(name), join(aside, name));
    }
  }
}

function putInPlace(data: DataFolder, { files }: Backup): void {
  for (const { name } of files) {
    renameSync(beside(data, name), data.of(name));
    syncPath(dirname(data.of(name)));
  }
}

function tell(
  { out, log }: CommandEnvironment,
  json: boolean,
  { data, manifest, aside }: { data: DataFolder; manifest: Backup; aside: string | null },
): void {
  const { alerts, createdAt, problems } = manifest;
  out(
    json
      ? `${JSON.stringify({ folder: data.path, alerts, createdAt, aside })}\n`
      : `${alerts} alerts as of ${createdAt} are in ${data.path}${aside === null ? '' : `; what was there is in ${aside}`}\n`,
  );
  log.info('tokens and agents that were revoked after the backup are good again', {
    hint: 'Look at them when the server runs: lanner server token list, lanner server agents.',
  });
  if (problems > 0) {
    log.warn('the store was damaged when it was backed up', {
      problems,
      hint: 'Run lanner store check; the server mends what it can when it starts.',
    });
  }
}
