import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '@lanner/core';
import { placeUrl } from './place-url.ts';
import type { ServerSettings } from './settings.ts';

/** Where the server that uses a data folder can be reached, for commands of the same machine. */
export interface RunningFile {
  readonly api: string;
  /** Its certificate, PEM; null without TLS. */
  readonly certificate: string | null;
}

const name = 'running.json';

/** Gives what removes the file again. */
export function writeRunningFile(
  { api: { address, tls }, dataFolder }: Pick<ServerSettings, 'api' | 'dataFolder'>,
  port: number,
): () => Promise<void> {
  const path = join(dataFolder, name);
  const running: RunningFile = {
    api: placeUrl(tls === null ? 'http' : 'https', reachable(address), port),
    certificate: tls?.cert ?? null,
  };
  writeFileSync(path, `${JSON.stringify(running)}\n`, { mode: 0o600 });
  return () => {
    try {
      rmSync(path, { force: true });
    } catch {
      // On a disk that takes nothing it stays: whoever asks finds that nobody answers there.
    }
    return Promise.resolve();
  };
}

/** Throws AppError 'file.read' when no server uses the folder. */
export function readRunningFile(dataFolder: string): RunningFile {
  try {
    // Written by this program only.
    return JSON.parse(readFileSync(join(dataFolder, name), 'utf8')) as RunningFile;
  } catch (error) {
    throw new AppError('file.read', `no server seems to run with the folder ${dataFolder}`, {
      cause: error,
      hint: 'Start lanner server, or name its folder with --data. The file can be read by whoever runs the server.',
    });
  }
}

/** An address for all is reached by one of them. */
function reachable(address: string): string {
  switch (address) {
    case '0.0.0.0':
      return '127.0.0.1';
    case '::':
      return '::1';
    default:
      return address;
  }
}
