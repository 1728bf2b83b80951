// A store full of alerts of the seeded generator.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { silentLog } from '@lanner/core';
import { openSqliteStore } from '@lanner/hub';
import {
  alertGenerator,
  type AlertGeneratorOptions,
} from '../../packages/hub/src/testkit/alert-generator.ts';

/** Alerts of a batch, and batches that wait at the same time. */
const batchSize = 50;
const writers = 16;
/** How long packing may take when nothing comes any more. */
const settleMs = 60_000;
/** Times in a row that nothing gets smaller: on a busy machine packing may not have begun. */
const stillRounds = 4;

export interface Filled {
  /** Alerts a second, each acknowledged when it was on disk and indexed. */
  readonly rate: number;
  /** Bytes on disk, after the store has tidied up as the server has it do every minute. */
  readonly bytes: number;
}

/** Fills an empty folder. What the generator needs is left out of the rate. */
export async function fillStore(
  folder: string,
  count: number,
  alerts: AlertGeneratorOptions = {},
): Promise<Filled> {
  const store = await openSqliteStore({ folder, log: silentLog, retention: { maxBytes: 2 ** 40 } });
  const generator = alertGenerator(alerts);
  let made = 0;
  let madeMs = 0;
  const start = performance.now();
  const write = async (): Promise<void> => {
    while (made < count) {
      const makeStart = performance.now();
      const batch = Array.from({ length: Math.min(batchSize, count - made) }, () => generator.next().value);
      made += batch.length;
      madeMs += performance.now() - makeStart;
      await store.alerts.append(
        batch,
        batch.map(() => null),
      );
    }
  };
  await Promise.all(Array.from({ length: writers }, write));
  const seconds = (performance.now() - start - madeMs) / 1000;
  const bytes = await settledBytes(() => store.maintain(0), folder);
  await store.close();
  return { rate: count / seconds, bytes };
}

async function settledBytes(tidy: () => Promise<void>, folder: string): Promise<number> {
  const sizeOf = (name: string): number => statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0;
  const size = (): number => sizeOf('store.db') + sizeOf('store.db-wal');
  const end = performance.now() + settleMs;
  let least = Infinity;
  for (let still = 0; still < stillRounds && performance.now() < end;) {
    await sleep(500);
    await tidy();
    still = size() < least ? 0 : still + 1;
    least = Math.min(least, size());
  }
  return size();
}
