import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { ensurePage } from '../../tools/build-page.ts';
import { complaintsOf, openBrowser } from './browser.ts';
import { type ServerProcess, startLanner } from './lanner-server.ts';

/** A server, and a browser in which its first administrator is signed in. */
export interface SignedInPage {
  readonly server: ServerProcess;
  readonly browser: Browser;
  readonly context: BrowserContext;
  readonly page: Page;
  /** What must not be; see `complaintsOf`. */
  readonly complaints: readonly string[];
  /** Goes to a view and waits for what it shows. */
  readonly go: (view: string) => Promise<void>;
  /** Keeps a screenshot where LANNER_SCREENSHOTS names a folder. */
  readonly shoot: (name: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

const shots = process.env['LANNER_SCREENSHOTS'] ?? null;

/** Starts `lanner server` over a data folder that nobody was set up in. */
export async function openSignedInPage(data: string, words: readonly string[] = []): Promise<SignedInPage> {
  await ensurePage();
  const server = await startLanner(['server', '--data', data, ...words]);
  const browser = await openBrowser();
  const context = await browser.newContext({
    viewport: { width: 1440, height: 860 },
    colorScheme: 'dark',
    acceptDownloads: true,
  });
  const page = await context.newPage();
  const complaints = complaintsOf(page);
  await page.goto(/link=(\S+)/.exec(server.log())?.[1]?.replaceAll('"', '') ?? '');
  await page.getByLabel('Name').fill('ada');
  await page.getByLabel('Password').fill('correct horse battery');
  await page.locator('button.primary').click();
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  return {
    server,
    browser,
    context,
    page,
    complaints,
    go: async (view) => {
      await page.goto(`${server.api}/${view}`);
      await page.locator('h1').waitFor();
      await page.getByText('Loading …').first().waitFor({ state: 'detached' });
    },
    shoot: async (name) => {
      if (shots !== null) {
        mkdirSync(shots, { recursive: true });
        await page.screenshot({ path: join(shots, `${name}.png`) });
      }
    },
    close: async () => {
      await browser.close();
      server.child.kill('SIGTERM');
      await server.exit;
    },
  };
}
