// Saved views, tokens and silences in a real browser, by an administrator and by somebody who only looks.
import { eventJson } from '@lanner/api';
import { hostileText, sampleEvent } from '@lanner/hub/testkit';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensurePage } from '../tools/build-page.ts';
import { accessibilityInBothThemes, complaintsOf, openBrowser, whyNoBrowser } from './kit/browser.ts';
import { askApi, type ServerProcess, startLanner } from './kit/lanner-server.ts';

/** Screenshots are kept where this names a folder. */
const shots = process.env['LANNER_SCREENSHOTS'] ?? null;
const reason = whyNoBrowser();
const folder = mkdtempSync(join(tmpdir(), 'lanner-page-saved-'));
const password = 'correct horse battery';
const shells = '/events?rule=Terminal+shell+in+container&from=7d';

describe.skipIf(reason !== null)(
  `what people keep on the page${reason === null ? '' : ` (skipped: ${reason})`}`,
  () => {
    const data = join(folder, 'data');
    let server: ServerProcess;
    let browser: Browser;
    let page: Page;
    let complaints: string[];

    beforeAll(async () => {
      await ensurePage();
      server = await startLanner(['server', '--data', data]);
      for (const [i, rule] of ['Terminal shell in container', 'Read sensitive file'].entries()) {
        const uuid = `00000000-0000-4000-8000-00000000000${i}`;
        const event = sampleEvent({
          uuid,
          rule,
          time: new Date().toISOString(),
          output: `it happened ${hostileText}`,
        });
        await fetch(server.intake, { method: 'POST', body: eventJson(event) });
      }
      for (const [name, role] of [
        ['ada', 'admin'],
        ['vera', 'view'],
      ]) {
        await askApi(server, data, '/api/v1/users', { method: 'POST', body: { name, role, password } });
      }
      browser = await openBrowser();
      ({ page, complaints } = await signedIn('ada', '/'));
    }, 120_000);

    afterAll(async () => {
      await browser.close();
      server.child.kill('SIGTERM');
      await server.exit;
      rmSync(folder, { recursive: true });
    }, 60_000);

    async function signedIn(name: string, path: string): Promise<{ page: Page; complaints: string[] }> {
      const context = await browser.newContext({
        viewport: { width: 1280, height: 800 },
        colorScheme: 'dark',
      });
      const own = await context.newPage();
      const told = complaintsOf(own);
      await own.goto(`${server.api}${path}`);
      await own.getByLabel('Name').fill(name);
      await own.getByLabel('Password').fill(password);
      await own.locator('button.primary').click();
      await own.locator('.who').waitFor();
      return { page: own, complaints: told };
    }

    /** Wide and as on a phone, dark and light. */
    async function look(name: string): Promise<void> {
      for (const [suffix, width] of [
        ['-phone', 390],
        ['', 1280],
      ] as const) {
        await page.setViewportSize({ width, height: 800 });
        const found = await accessibilityInBothThemes(page, async (theme) => {
          if (shots !== null) {
            mkdirSync(shots, { recursive: true });
            await page.screenshot({ path: join(shots, `${theme}-${name}${suffix}.png`), fullPage: true });
          }
        });
        expect(found, `${name}${suffix}`).toEqual([]);
      }
    }

    test('a view is saved with its filters, shared, and opened by its link', async () => {
      await page.goto(`${server.api}${shells}`);
      await page.locator('.row').first().click();
      await page.getByRole('button', { name: 'Save view …' }).click();
      const dialog = page.locator('dialog');
      await dialog.getByLabel('Name').fill(`Shells <b>of</b> the week`);
      await dialog.getByLabel('Everybody sees it').check();
      await look('saving-a-view');
      await dialog.getByRole('button', { name: 'Save', exact: true }).click();
      const link = page.locator('nav.saved').getByRole('link', { name: 'Shells <b>of</b> the week' });
      await link.waitFor();
      // The open row is not part of it, and the place is the one that is shown.
      expect(await link.getAttribute('href')).toBe(shells);
      expect(await link.getAttribute('aria-current')).toBe('page');

      await page.getByRole('link', { name: 'All 1' }).click();
      await page.getByRole('heading', { name: 'Saved views' }).waitFor();
      await look('saved-views');
      const address = await page.locator('td a').first().getAttribute('href');
      expect(address).toMatch(/^\/saved\/[0-9a-f-]{36}$/);

      // Also without a session: signing in keeps the link.
      const { page: other } = await signedIn('vera', address ?? '');
      await other.locator('.row').first().waitFor();
      expect(other.url()).toBe(`${server.api}${shells}`);
      await other.getByRole('link', { name: 'All 1' }).click();
      await other.locator('td').first().waitFor();
      expect(await other.getByRole('button', { name: 'Remove' }).count()).toBe(0);
      await other.context().close();
    }, 60_000);

    test('it is renamed and removed', async () => {
      await page.goto(`${server.api}/saved`);
      await page.getByRole('button', { name: 'Rename …' }).click();
      await page.locator('dialog').getByLabel('Name').fill('Shells');
      await page.locator('dialog').getByRole('button', { name: 'Rename' }).click();
      await page.locator('td').getByRole('link', { name: 'Shells', exact: true }).waitFor();
      const address = await page.locator('td a').first().getAttribute('href');
      await page.getByRole('button', { name: 'Remove' }).click();
      await page.getByText('Nothing is saved yet').waitFor();
      await page.goto(`${server.api}${address ?? ''}`);
      await page.locator('.failure', { hasText: 'There is no such saved view.' }).waitFor();
    }, 60_000);

    test('a token is made, shown once, used, and revoked', async () => {
      await page.goto(`${server.api}/people`);
      await page.getByLabel('What it is for').fill('dashboard');
      await page.getByLabel('view: looks', { exact: true }).check();
      await page.getByRole('button', { name: 'Make', exact: true }).click();
      const token = (await page.locator('.secret code').innerText()).trim();
      expect(token).toMatch(/^lnr_/);
      await look('tokens');
      const ask = async (): Promise<number> =>
        (await fetch(`${server.api}/api/v1/alerts`, { headers: { authorization: `Bearer ${token}` } }))
          .status;
      expect(await ask()).toBe(200);
      await page.reload();
      const row = page.locator('tr', { hasText: 'dashboard' });
      await row.getByText('in 89 d').waitFor();
      expect(await row.getByText('never').count()).toBe(0);
      expect(await page.locator('body').innerText()).not.toContain(token);
      await row.getByRole('button', { name: 'Revoke' }).click();
      await row.waitFor({ state: 'detached' });
      expect(await ask()).toBe(401);
    }, 60_000);

    test('silences and exceptions are listed, lead to their alerts, and end', async () => {
      const body = { conditions: { rule: ['Read sensitive file'] }, reason: `known ${hostileText}` };
      await askApi(server, data, '/api/v1/silences', {
        method: 'POST',
        body: { ...body, expiresMs: Date.now() + 5 * 3_600_000 },
      });
      const proposal = { rule: 'Read sensitive file', name: 'backup', fields: ['proc.name'], comps: ['='] };
      await askApi(server, data, '/api/v1/exceptions', {
        method: 'POST',
        body: { ...proposal, values: [['restic'], ['borg']] },
      });
      await page.goto(`${server.api}/silences`);
      await page.getByText('in 4 h').waitFor();
      await page.getByText('proc.name = restic or proc.name = borg').waitFor();
      await look('silences');
      await page.getByRole('button', { name: 'End now' }).click();
      await page.getByText('Nothing is silenced').waitFor();
      await page.getByRole('button', { name: 'Remove' }).click();
      await page.getByText('No exception is saved').waitFor();
      expect(complaints).toEqual([]);
    }, 60_000);
  },
);
