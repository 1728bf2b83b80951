// How long somebody who opens the page looks at nothing, in a real browser.
import type { BrowserContext } from 'playwright-core';
import { openBrowser } from '../../e2e/kit/browser.ts';
import type { ServerRun } from './server-run.ts';

export interface Paint {
  /** Milliseconds from the request until something is drawn. */
  readonly firstMs: number;
  /** Until what was asked for is there. */
  readonly contentMs: number;
}

/** What is there when a view has its content. */
const contents = { '': '.sides', events: '.row' } as const;
const password = 'correct horse battery';

/** Opens the overview and the events, each time with an empty cache. */
export async function measurePaint(server: ServerRun, rounds: number): Promise<readonly Paint[]> {
  await server.ask('/api/v1/users', { name: 'bench', password, role: 'view' });
  const browser = await openBrowser();
  try {
    const paints: Paint[] = [];
    for (let round = 0; round < rounds; round++) {
      for (const [view, content] of Object.entries(contents)) {
        const context = await browser.newContext({ viewport: { width: 1440, height: 860 } });
        await context.request.post(`${server.api}/api/v1/session`, { data: { name: 'bench', password } });
        paints.push(await paintOf(context, `${server.api}/${view}`, content));
        await context.close();
      }
    }
    return paints;
  } finally {
    await browser.close();
  }
}

async function paintOf(context: BrowserContext, address: string, content: string): Promise<Paint> {
  const page = await context.newPage();
  await page.goto(address);
  await page.locator(content).first().waitFor();
  const contentMs = await page.evaluate<number>('performance.now()');
  const firstMs = await page.evaluate<number>(
    "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN",
  );
  return { firstMs, contentMs };
}
