// A data folder as benchmarks ask for it: alerts that end now, and findings; made once for all of them.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '@lanner/core';
import { openSqliteStore } from '@lanner/hub';
import { scanGenerator } from '../../packages/hub/src/testkit/finding-generator.ts';
import { buildOnce } from '../shipped.ts';
import { fillStore, type Filled } from './fill.ts';

/** A million is what the bars are about, and takes minutes. */
export const benchAlerts = Number(process.env['LANNER_STORE_ALERTS'] ?? 100_000);
/** Mean time between two alerts. */
const everyMs = 60;

export const benchImages = 100;
export const benchFindings = 20_000;

export interface FilledData {
  /** What `--data` takes. */
  readonly folder: string;
  readonly filled: Filled;
  /** Times of the first alert and of what is after the last. */
  readonly firstMs: number;
  readonly lastMs: number;
}

let made: Promise<FilledData> | null = null;

export function filledData(): Promise<FilledData> {
  made ??= fill();
  return made;
}

async function fill(): Promise<FilledData> {
  const folder = mkdtempSync(join(tmpdir(), 'lanner-bench-store-'));
  process.on('exit', () => {
    rmSync(folder, { recursive: true, force: true });
  });
  buildOnce();
  const store = join(folder, 'store');
  const lastMs = Date.now();
  const firstMs = lastMs - benchAlerts * everyMs;
  const filled = await fillStore(store, benchAlerts, { startMs: firstMs, everyMs });
  await fillFindings(store, lastMs);
  return { folder, filled, firstMs, lastMs };
}

/** The second scan of every image has most of the first one, so that findings have a life. */
async function fillFindings(folder: string, nowMs: number): Promise<void> {
  const store = await openSqliteStore({ folder, log: silentLog, retention: { maxBytes: 2 ** 40 } });
  for (const { artifact, findings } of scanGenerator({ images: benchImages, findings: benchFindings })) {
    await store.findings.record(artifact, findings, nowMs - 86_400_000);
    await store.findings.record(artifact, findings, nowMs);
  }
  await store.close();
}
