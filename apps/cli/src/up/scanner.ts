import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ScanProgress } from '@lanner/api';
import { AppError, type Log } from '@lanner/core';
import type { Finding, FindingStore, ScanPart } from '@lanner/hub';
import { advisoryCache, ownDatabase, type Report } from '@lanner/scanner';
import { BackgroundWork } from '../lib/background-work.ts';
import { scanHost } from './host-scan.ts';
import { artifactOf, findingsOf } from './report-findings.ts';
import type { ScanCounts, ScanRun } from './scan-child.ts';

export interface FindingSink {
  record(
    ...args: Parameters<FindingStore['record']>
  ): Promise<Awaited<ReturnType<FindingStore['record']>> | null>;
}

export interface ScannerOptions {
  /** Where findings go; null is given by what does not say what changed. */
  readonly findings: FindingSink;
  /** The folder that is scanned as the host. */
  readonly root: string;
  /** Where secrets of the host are looked for, relative to its root. */
  readonly secretFolders: readonly string[];
  /** Updates that the host's package manager knows of; null where it does not say. */
  readonly updates: () => Promise<readonly Finding[] | null>;
  /** Images of the local runtimes by a name that `lanner scan image` takes. */
  readonly images: () => Promise<readonly string[]>;
  readonly scan: (run: ScanRun) => Promise<Report>;
  readonly cacheFolder: string;
  /** How Lanner is called on this machine. */
  readonly program: string;
  /** Whether every file can be read: only root can. */
  readonly sees: 'everything' | 'part';
  readonly hostname: string;
  readonly everyMs: number;
  readonly now: () => number;
  /** Resolves after a while, or when the signal is aborted. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly log: Log;
}

export interface ScannerState {
  /** What is being scanned; null between scans. */
  readonly scanning: ScanProgress | null;
  readonly notes: readonly string[];
}

const lookEveryMs = 60_000;

/** Scans the host and the images that are on it, one after the other, again and again. */
export class LocalScanner {
  readonly #options: ScannerOptions;
  readonly #work = new BackgroundWork();
  #scanning: ScanProgress | null = null;
  #failures: readonly string[] = [];

  constructor(options: ScannerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#work.start(() => this.#run());
  }

  close(): Promise<void> {
    return this.#work.close();
  }

  get state(): ScannerState {
    return { scanning: this.#scanning, notes: [...this.#missing(), ...this.#failures] };
  }

  async #run(): Promise<void> {
    while (!this.#work.isOver()) {
      const { everyMs, now, cacheFolder } = this.#options;
      const untilMs = now() + everyMs;
      const known = advisoriesOf(cacheFolder);
      await this.#round();
      await this.#rest(untilMs, known);
    }
  }

  /** Until it is time again, or other advisories are there: those are not to wait for the next day. */
  async #rest(untilMs: number, known: string): Promise<void> {
    const { everyMs, now, pause, cacheFolder } = this.#options;
    do {
      await pause(Math.min(lookEveryMs, everyMs), this.#work.signal);
    } while (!this.#work.isOver() && now() < untilMs && advisoriesOf(cacheFolder) === known);
  }

  async #round(): Promise<void> {
    const failures: string[] = [];
    const attempt = async (what: string, work: () => Promise<void>): Promise<void> => {
      if (this.#work.isOver()) {
        return;
      }
      this.#scanning = { what, step: '', share: null, files: 0 };
      try {
        await work();
      } catch (error) {
        if (this.#work.isOver()) {
          return;
        }
        if (!(error instanceof AppError)) {
          throw error;
        }
        failures.push(`${what} could not be scanned: ${error.message}`);
        this.#options.log.warn('could not be scanned', { what, reason: error.message });
      }
    };
    await attempt('this host', () =>
      this.#scanHost((reason) => {
        failures.push(`this host could not be scanned for ${reason}`);
      }),
    );
    const images = await this.#options.images().catch((error: unknown) => {
      failures.push(`images of the local runtimes could not be listed: ${String(error)}`);
      return [];
    });
    for (const image of images) {
      await attempt(image, () => this.#scanImage(image));
    }
    this.#scanning = null;
    this.#failures = failures;
  }

  async #scanHost(fail: (reason: string) => void): Promise<void> {
    const { scan, root, secretFolders, updates, now, hostname, log } = this.#options;
    const atMs = now();
    const artifact = await scanHost({
      ...{ root, secretFolders, scan, updates },
      signal: this.#work.signal,
      host: { key: machineId(root) ?? hostname, names: [hostname], notes: this.#missing() },
      record: (known, found, part) => this.#record(known, found, atMs, part),
      onProgress: (step, files, share) => {
        this.#scanning = { what: 'this host', step, files, share };
      },
      onFailure: (step, reason) => {
        fail(`${step}: ${reason}`);
        log.warn('could not be scanned', { what: 'this host', step, reason });
      },
    });
    log.info('host was scanned', { packages: artifact?.packages ?? 0 });
  }

  async #scanImage(image: string): Promise<void> {
    const report = await this.#options.scan({
      args: ['image', image, '--offline-scan', '--list-all-pkgs'],
      signal: this.#work.signal,
      isPatient: true,
      onCounts: (counts) => {
        this.#scanning = imageProgress(image, counts);
      },
    });
    const artifact = artifactOf(report, 'image', image, this.#missing());
    await this.#record(artifact, findingsOf(report), this.#options.now());
  }

  async #record(
    artifact: ReturnType<typeof artifactOf>,
    found: readonly Finding[],
    atMs: number,
    part?: ScanPart,
  ): Promise<void> {
    const change = await this.#options.findings.record(artifact, found, atMs, part);
    this.#options.log.info('findings recorded', {
      artifact: artifact.names[0] ?? artifact.key,
      ...(change ?? {}),
    });
  }

  /** What a scan could not look at, and the command that brings it. */
  #missing(): string[] {
    const { cacheFolder, program, sees } = this.#options;
    return [
      ...(advisoriesOf(cacheFolder) === ''
        ? [`No advisory database: vulnerabilities are not looked up. Bring it with: ${program} db update`]
        : []),
      ...(sees === 'part'
        ? ['Files that only root can read are not scanned. Start it as root to see all.']
        : []),
    ];
  }
}

/** Layers are told by their number: they differ so much in size that a share of them would only jump. */
export function imageProgress(what: string, { files, layers, layersDone }: ScanCounts): ScanProgress {
  const step = layers < 2 ? '' : `layer ${Math.min(layersDone + 1, layers)} of ${layers}`;
  return { what, step, share: null, files };
}

/** Changes with every database that comes; empty while there is none. */
function advisoriesOf(folder: string): string {
  const { folder: published, file } = advisoryCache;
  return [join(folder, published, file), join(folder, ownDatabase)]
    .filter((path) => existsSync(path))
    .map((path) => statSync(path).mtimeMs)
    .join(' ');
}

function machineId(root: string): string | null {
  const path = `${root === '/' ? '' : root}/etc/machine-id`;
  const text = existsSync(path) ? readFileSync(path, 'utf8').trim() : '';
  return text === '' ? null : text;
}
