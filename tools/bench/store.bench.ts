import type { Filled } from '../store/fill.ts';
import { benchAlerts, filledData } from '../store/filled-data.ts';
import { percentile } from '../store/percentile.ts';
import { type Question, watchServer, type WatchedServer } from '../store/watched-server.ts';
import type { Benchmark } from './benchmark.ts';

const seconds = Number(process.env['LANNER_STORE_SECONDS'] ?? 20);
const rate = 500;

let measured: Promise<{ filled: Filled; watched: WatchedServer }> | null = null;

/** Everything is measured in one go: a server over the store that was filled before. */
function measure(): Promise<{ filled: Filled; watched: WatchedServer }> {
  measured ??= (async () => {
    const { folder, filled, firstMs, lastMs } = await filledData();
    return { filled, watched: await watchServer(folder, { rate, seconds, firstMs, lastMs }) };
  })();
  return measured;
}

const here = `${benchAlerts.toLocaleString('en')} alerts (LANNER_STORE_ALERTS)`;

function answer(question: Question): Benchmark {
  return {
    id: `store-${question}`,
    unit: 'ms, p95',
    bar: '<= 200',
    note: `over HTTP with ${rate} alerts/s coming in, ${here}`,
    runs: 1,
    run: async () => percentile((await measure()).watched.answers[question], 0.95),
  };
}

export const benchmarks: Benchmark[] = [
  {
    id: 'store-append',
    unit: 'alerts/s',
    bar: '>= 5,000',
    note: `acknowledged when synced and indexed, ${here}`,
    runs: 1,
    run: async () => (await measure()).filled.rate,
  },
  {
    id: 'store-size',
    unit: 'bytes/alert',
    bar: '<= 350',
    note: `on disk, ${here}`,
    runs: 1,
    run: async () => (await measure()).filled.bytes / benchAlerts,
  },
  ...(['search', 'facets', 'histogram', 'groups'] as const).map(answer),
  {
    id: 'store-phrase',
    unit: 'ms',
    note: `until a phrase that was never asked for is counted to the end; facets and histogram are asked for within_ms=100, ${here}`,
    runs: 1,
    run: async () => percentile((await measure()).watched.wholeCounts, 0.5),
  },
  {
    id: 'store-rss',
    unit: 'MiB',
    bar: '<= 256',
    note: `the whole server with ${rate} alerts/s coming in and being asked, ${seconds} s (LANNER_STORE_SECONDS)`,
    runs: 1,
    run: async () => (await measure()).watched.rssMib,
  },
  {
    id: 'store-refused',
    unit: 'alerts',
    bar: '0',
    note: 'of those that were sent meanwhile',
    runs: 1,
    run: async () => (await measure()).watched.refused,
  },
];
