import { AppError } from '@lanner/core';
import type { VexPorts } from '@lanner/scanner';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ScanContext } from './scan-context.ts';

/** Where VEX documents come from. */
export function vexPorts({ environment, cacheFolder, signal, settings }: ScanContext): VexPorts {
  const { env } = environment;
  // Trivy keeps the list of repositories with its other settings.
  const home = env['XDG_DATA_HOME'] === undefined ? (env['HOME'] ?? homedir()) : env['XDG_DATA_HOME'];
  return {
    readFile: async (path) => {
      try {
        return await readFile(path);
      } catch (error) {
        throw new AppError(
          'file.read',
          `the VEX document ${path} cannot be read: ${(error as Error).message}`,
          {
            cause: error,
          },
        );
      }
    },
    fetch: async (url) => {
      if (settings.isOn('scan.offline')) {
        throw new AppError('registry.unreachable', `${url} is not asked in an offline scan`);
      }
      const response = await fetch(url, { signal });
      return { status: response.status, body: new Uint8Array(await response.arrayBuffer()) };
    },
    attestation: () =>
      Promise.reject(
        new AppError('usage.invalid', 'VEX attestations of images cannot be fetched yet', {
          hint: 'Give the document as a file: --vex FILE',
        }),
      ),
    repositories: () =>
      Promise.resolve({
        config: readOptional(join(home, '.trivy', 'vex', 'repository.yaml'))?.toString('utf8') ?? null,
        readFile: (path) => readOptional(join(cacheFolder, 'vex', 'repositories', path)),
      }),
  };
}

function readOptional(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch {
    // Not there: the reader says what it needs.
    return null;
  }
}
