import { AppError, unreadable } from '@lanner/core';
import { fetchVexAttestation, type VexPorts } from '@lanner/scanner';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { registryFor } from './registry-settings.ts';
import type { ScanContext } from './scan-context.ts';

/** Where VEX documents come from. */
export function vexPorts({ environment, cacheFolder, signal, settings, log }: ScanContext): VexPorts {
  const { env } = environment;
  // Trivy keeps the list of repositories with its other settings.
  const home = env['XDG_DATA_HOME'] === undefined ? (env['HOME'] ?? homedir()) : env['XDG_DATA_HOME'];
  return {
    readFile: async (path) => {
      try {
        return await readFile(path);
      } catch (error) {
        throw unreadable(`the VEX document ${path}`, error);
      }
    },
    fetch: async (url) => {
      if (settings.isOn('scan.offline')) {
        throw new AppError('registry.unreachable', `${url} is not asked in an offline scan`);
      }
      const response = await fetch(url, { signal });
      return { status: response.status, body: new Uint8Array(await response.arrayBuffer()) };
    },
    attestation: (digest) =>
      settings.isOn('scan.offline')
        ? Promise.reject(
            new AppError('usage.invalid', '--vex oci asks a registry, which an offline scan does not', {
              hint: 'Give the document as a file: --vex FILE',
            }),
          )
        : fetchVexAttestation(digest, { registry: registryFor({ settings, env, signal, log }), log }),
    repositories: () => {
      const path = join(home, '.trivy', 'vex', 'repository.yaml');
      const config = readOptional(path)?.toString('utf8') ?? null;
      const copies = join(cacheFolder, 'vex', 'repositories');
      if (config === null) {
        log.warn('no VEX repository is configured: nothing is left out because of one', {
          path,
          hint: `Name repositories there, as trivy vex repo init does, and bring their files into ${copies}.`,
        });
      }
      return Promise.resolve({ config, readFile: (file) => readOptional(join(copies, file)) });
    },
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
