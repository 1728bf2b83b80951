import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError, type Log } from '@lanner/core';
import type { Finding, FindingStore } from '@lanner/hub';
import { advisoryCache, localDatabase, ownDatabase, type Report } from '@lanner/scanner';
import { pendingUpdates } from './pending-updates.ts';
import { artifactOf, findingsOf } from './report-findings.ts';

export interface ScannerOptions {
  readonly findings: FindingStore;
  /** The folder that is scanned as the host. */
  readonly root: string;
  /** Images of the local runtimes by a name that `lanner scan image` takes. */
  readonly images: () => Promise<readonly string[]>;
  readonly scan: (args: readonly string[], signal: AbortSignal) => Promise<Report>;
  readonly cacheFolder: string;
  readonly hostname: string;
  readonly everyMs: number;
  readonly now: () => number;
  readonly log: Log;
}

export interface ScannerState {
  /** What is being scanned; null between scans. */
  readonly scanning: string | null;
  readonly notes: readonly string[];
}

/** Scans the host and the images that are on it, one after the other, again and again. */
export class LocalScanner {
  readonly #options: ScannerOptions;
  readonly #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #scanning: string | null = null;
  #failures: readonly string[] = [];

  constructor(options: ScannerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#run();
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  get state(): ScannerState {
    return { scanning: this.#scanning, notes: [...this.#missing(), ...this.#failures] };
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await this.#round();
      await pause(this.#options.everyMs, signal);
    }
  }

  async #round(): Promise<void> {
    const failures: string[] = [];
    const attempt = async (what: string, work: () => Promise<void>): Promise<void> => {
      if (this.#stop.signal.aborted) {
        return;
      }
      this.#scanning = what;
      try {
        await work();
      } catch (error) {
        if (!(error instanceof AppError)) {
          throw error;
        }
        failures.push(`${what} could not be scanned: ${error.message}`);
        this.#options.log.warn('could not be scanned', { what, reason: error.message });
      }
    };
    await attempt('this host', () => this.#scanHost());
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

  async #scanHost(): Promise<void> {
    const { scan, root, findings, now, hostname, log } = this.#options;
    const args = [
      'rootfs',
      root,
      '--scanners',
      'vuln',
      '--offline-scan',
      '--skip-dirs',
      'proc,sys,dev,run,tmp',
    ];
    const report = await scan(args, this.#stop.signal);
    const updates = root === '/' ? ((await pendingUpdates()) ?? []) : [];
    const artifact = artifactOf(report, 'host', machineId(root) ?? hostname, this.#missing());
    await this.#record(
      { ...artifact, names: [hostname] },
      [...findingsOf(report), ...updates],
      findings,
      now(),
    );
    log.info('host was scanned', { packages: artifact.packages, updates: updates.length });
  }

  async #scanImage(image: string): Promise<void> {
    const { scan, findings, now } = this.#options;
    const report = await scan(['image', image, '--offline-scan'], this.#stop.signal);
    await this.#record(
      artifactOf(report, 'image', image, this.#missing()),
      findingsOf(report),
      findings,
      now(),
    );
  }

  async #record(
    artifact: ReturnType<typeof artifactOf>,
    found: readonly Finding[],
    store: FindingStore,
    atMs: number,
  ): Promise<void> {
    const change = await store.record(artifact, found, atMs);
    this.#options.log.info('findings recorded', { artifact: artifact.names[0] ?? artifact.key, ...change });
  }

  /** What a scan could not look at, and the command that brings it. */
  #missing(): string[] {
    return !hasAdvisories(this.#options.cacheFolder)
      ? [
          'There is no advisory database, so vulnerabilities were not looked up. Bring it with: lanner db update',
        ]
      : [];
  }
}

function hasAdvisories(folder: string): boolean {
  return localDatabase(folder, advisoryCache).hasFile || existsSync(join(folder, ownDatabase));
}

function machineId(root: string): string | null {
  const path = `${root === '/' ? '' : root}/etc/machine-id`;
  const text = existsSync(path) ? readFileSync(path, 'utf8').trim() : '';
  return text === '' ? null : text;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
