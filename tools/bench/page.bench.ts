import { whyNoBrowser } from '../../e2e/kit/browser.ts';
import { benchAlerts, benchFindings, benchImages, filledData } from '../store/filled-data.ts';
import { measurePaint, type Paint } from '../store/page-paint.ts';
import { measureRequests, type PageCosts, pageViews, type PageView } from '../store/page-requests.ts';
import { percentile } from '../store/percentile.ts';
import { ServerRun } from '../store/server-run.ts';
import type { Benchmark } from './benchmark.ts';

const rounds = 20;
const paintRounds = 5;
const here = `${benchAlerts.toLocaleString('en')} alerts (LANNER_STORE_ALERTS), ${benchImages} images, ${benchFindings.toLocaleString('en')} findings`;

let costs: Promise<PageCosts> | null = null;
let paints: Promise<readonly Paint[]> | null = null;

/** A server over the filled store, for as long as something is measured. */
async function withServer<T>(measure: (server: ServerRun) => Promise<T>): Promise<T> {
  const { folder } = await filledData();
  const server = await ServerRun.start(folder);
  try {
    return await measure(server);
  } finally {
    await server.stop();
  }
}

function costsOf(view: PageView): Promise<PageCosts[PageView]> {
  costs ??= withServer((server) => measureRequests(server, rounds));
  return costs.then((all) => all[view]);
}

function paintsOf(figure: keyof Paint): Promise<number[]> {
  paints ??= withServer((server) => measurePaint(server, paintRounds));
  return paints.then((all) => all.map((paint) => paint[figure]));
}

export const benchmarks: Benchmark[] = [
  ...pageViews.flatMap((view): Benchmark[] => [
    {
      id: `page-${view}-time`,
      unit: 'ms, p95',
      bar: '<= 300',
      note: `all that the view asks for at a time, over HTTP, ${here}`,
      runs: 1,
      run: async () =>
        percentile(
          (await costsOf(view)).map(({ ms }) => ms),
          0.95,
        ),
    },
    {
      id: `page-${view}-size`,
      unit: 'KiB, most',
      bar: '<= 100',
      note: `the answers, ${here}`,
      runs: 1,
      run: async () => Math.max(...(await costsOf(view)).map(({ bytes }) => bytes)) / 1024,
    },
  ]),
  ...(
    [
      ['page-first-paint', 'firstMs', '<= 1000', 'until something is drawn'],
      ['page-first-content', 'contentMs', '', 'until overview or events are there'],
    ] as const
  ).map(([id, figure, bar, note]): Benchmark => ({
    id,
    unit: 'ms, p95',
    ...(bar === '' ? {} : { bar }),
    note: `${note}, in Chromium with an empty cache, ${here}`,
    runs: 1,
    unavailable: whyNoBrowser,
    run: async () => percentile(await paintsOf(figure), 0.95),
  })),
];
