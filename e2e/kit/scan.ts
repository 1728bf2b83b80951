import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../../bin/lanner.mjs', import.meta.url));

/** What these tests read of a JSON report. */
export interface Report {
  readonly Metadata?: { readonly RepoTags?: readonly string[] };
  readonly Results?: readonly {
    readonly Target: string;
    readonly Class: string;
    readonly Type?: string;
    readonly Packages?: readonly ReportPackage[];
  }[];
}

export interface ReportPackage {
  readonly Name: string;
  readonly Version: string;
  readonly Release?: string;
  readonly Epoch?: number;
  readonly Arch?: string;
  readonly InstalledFiles?: readonly string[];
  readonly Identifier: { readonly PURL: string };
}

type Environment = Readonly<Record<string, string>>;

/** Runs `lanner` with caches and containerd below the folder; throws its words when it fails. */
export function lanner(folder: string, ...args: string[]): string {
  return lannerWith({}, folder, ...args);
}

function lannerWith(env: Environment, folder: string, ...args: string[]): string {
  const { stdout, stderr, status } = spawnSync(process.execPath, [bin, ...args], {
    encoding: 'utf8',
    maxBuffer: 256 * 2 ** 20,
    env: {
      ...process.env,
      HOME: folder,
      XDG_CACHE_HOME: folder,
      LANNER_CONTAINERD_ROOT: join(folder, 'ct/root'),
      ...env,
    },
  });
  if (status !== 0) {
    throw new Error(stderr);
  }
  return stdout;
}

/** What an image contains, without looking anything up and without what is known of its layers. */
export function scanImage(folder: string, ...args: string[]): Report {
  return scanImageWith({}, folder, ...args);
}

/** The same, with other variables. */
export function scanImageWith(env: Environment, folder: string, ...args: string[]): Report {
  const options = ['--format', 'json', '--scanners', 'vuln', '--skip-db-update', '--cache-backend', 'memory'];
  return JSON.parse(lannerWith(env, folder, 'scan', 'image', ...args, ...options)) as Report;
}
