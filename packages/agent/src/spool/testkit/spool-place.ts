import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Log, silentLog } from '@lanner/core';
import { afterEach, beforeEach } from 'vitest';
import type { SpoolItem } from '../record.ts';
import { Spool, type SpoolOptions } from '../spool.ts';

/** A folder for the spools of a test, new for each, and their clock. */
export class SpoolPlace {
  folder = '';
  nowMs = 0;
  #ids = 0;

  constructor() {
    beforeEach(() => {
      this.folder = mkdtempSync(join(tmpdir(), 'lanner-spool-'));
      this.nowMs = 1_000_000;
    });
    afterEach(() => {
      rmSync(this.folder, { recursive: true, force: true });
    });
  }

  open(options: Partial<SpoolOptions> = {}): Spool {
    return Spool.open({
      folder: this.folder,
      maxBytes: 2 ** 20,
      maxAgeMs: 1000,
      now: () => this.nowMs,
      log: silentLog,
      newId: () => String(++this.#ids).padStart(16, '0'),
      ...options,
    });
  }

  segments(): string[] {
    return readdirSync(this.folder)
      .filter((name) => name.endsWith('.seg'))
      .map((name) => join(this.folder, name));
  }
}

export function alerts(...payloads: readonly string[]): SpoolItem[] {
  return payloads.map((payload) => ({ kind: 'alert', payload }));
}

export async function payloads(spool: Spool): Promise<string[]> {
  return (await spool.read({ records: 1e6, bytes: 2 ** 24 })).map(({ payload }) => payload);
}

/** All that waits, as a sender takes it. */
export async function drain(spool: Spool, records = 7): Promise<string[]> {
  const all: string[] = [];
  for (;;) {
    const batch = await spool.read({ records, bytes: 500 });
    const last = batch.at(-1);
    if (last === undefined) {
      return all;
    }
    all.push(...batch.map(({ payload }) => payload));
    spool.acknowledge(last.number);
  }
}

export function recordingLog(): { log: Log; lines: [string, unknown][] } {
  const lines: [string, unknown][] = [];
  const write = (message: string, details?: unknown): void => void lines.push([message, details]);
  return { log: { debug: write, info: write, warn: write, error: write }, lines };
}
