// Signing in by a real OpenID provider in a real browser, as somebody does who was sent a link.
import { eventJson } from '@lanner/api';
import { openOidcServer, type OidcServer, sampleEvent } from '@lanner/hub/testkit';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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
const folder = mkdtempSync(join(tmpdir(), 'lanner-page-oidc-'));
const secret = 'a secret of the client';
const deep = '/events?rule=Terminal+shell+in+container&from=24h&q=%22shell+in%22';

describe.skipIf(reason !== null)(
  `the page and a provider${reason === null ? '' : ` (skipped: ${reason})`}`,
  () => {
    const data = join(folder, 'data');
    let provider: OidcServer;
    let server: ServerProcess;
    let browser: Browser;

    beforeAll(async () => {
      await ensurePage();
      provider = await openOidcServer({ clientSecret: secret });
      provider.people.set('ada', { preferred_username: 'ada', groups: ['admins'] });
      provider.people.set('vera', { preferred_username: 'vera', groups: ['staff'] });
      provider.people.set('nob', { preferred_username: 'nob', groups: ['guests'] });
      writeFileSync(join(folder, 'secret'), `${secret}\n`, { mode: 0o600 });
      writeFileSync(
        join(folder, 'config.yaml'),
        `oidc:
  title: Example login
  clientsecretfile: ${join(folder, 'secret')}
  scopes: [openid, profile, groups]
  roleclaim: groups
  roles: {view: [staff], admin: [admins]}
`,
      );
      server = await startLanner(
        ['server', '--data', data, '-c', join(folder, 'config.yaml'), '--oidc-issuer', provider.issuer],
        { LANNER_OIDC_CLIENTID: provider.clientId },
      );
      provider.register(`${server.api}/auth/oidc/callback`, server.api);
      await fetch(server.intake, {
        method: 'POST',
        body: eventJson(
          sampleEvent({
            rule: 'Terminal shell in container',
            output: 'a shell in a container',
            time: new Date().toISOString(),
          }),
        ),
      });
      browser = await openBrowser();
    }, 120_000);

    afterAll(async () => {
      await browser.close();
      server.child.kill('SIGTERM');
      await server.exit;
      await provider.close();
      rmSync(folder, { recursive: true });
    }, 60_000);

    /** Somebody's browser, with what must not happen in it. */
    async function newcomer(): Promise<{ page: Page; complaints: string[] }> {
      const context = await browser.newContext({
        viewport: { width: 1100, height: 760 },
        colorScheme: 'dark',
      });
      const page = await context.newPage();
      return { page, complaints: complaintsOf(page) };
    }

    async function signIn(page: Page, name: string): Promise<void> {
      await page.getByRole('link', { name: 'Sign in with Example login' }).click();
      await page.getByRole('heading', { name: 'Who are you?' }).waitFor();
      await page.getByLabel('Name').fill(name);
      await page.getByRole('button', { name: 'Continue' }).click();
    }

    async function look(page: Page, name: string): Promise<void> {
      for (const width of [390, 1100]) {
        await page.setViewportSize({ width, height: 760 });
        const found = await accessibilityInBothThemes(page, async (theme) => {
          if (shots !== null) {
            mkdirSync(shots, { recursive: true });
            await page.screenshot({ path: join(shots, `${theme}-${width}-${name}.png`) });
          }
        });
        expect(found, `${name} ${width}`).toEqual([]);
        expect(await page.evaluate('document.documentElement.scrollWidth'), name).toBeLessThanOrEqual(width);
      }
    }

    test('a link with a filter leads there, past the provider', async () => {
      const { page, complaints } = await newcomer();
      await page.goto(`${server.api}${deep}`);
      await page.getByRole('link', { name: 'Sign in with Example login' }).waitFor();
      await look(page, 'sign-in');
      await signIn(page, 'ada');
      await page.locator('.row', { hasText: 'Terminal shell' }).waitFor();
      expect(page.url()).toBe(`${server.api}${deep}`);
      expect(await page.locator('.who').innerText()).toContain('ada');

      await page.goto(`${server.api}/people`);
      await page.locator('td', { hasText: new URL(provider.issuer).host }).waitFor();
      expect(await page.getByLabel('Role of ada').isDisabled()).toBe(true);
      await look(page, 'people-of-provider');
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByRole('link', { name: 'Sign in with Example login' }).waitFor();
      expect(complaints).toEqual([]);
      await page.context().close();
    }, 60_000);

    test('who may only look changes nothing, whatever is sent', async () => {
      const { page, complaints } = await newcomer();
      await page.goto(`${server.api}${deep}`);
      await signIn(page, 'vera');
      await page.locator('.row').first().click();
      await page.locator('.detail h2').waitFor();
      expect(await page.getByRole('button', { name: 'Acknowledge', exact: true }).count()).toBe(0);
      const statuses = await page.evaluate(async () => {
        const { csrf } = (await (await fetch('/api/v1/session')).json()) as { csrf: string };
        const headers = { 'x-lanner-csrf': csrf, 'content-type': 'application/json' };
        const send = async (path: string, body: string): Promise<number> =>
          (await fetch(path, { method: 'POST', headers, body })).status;
        return [
          await send('/api/v1/alerts/triage', '{"kind":"acknowledge"}'),
          await send('/api/v1/users', '{"name":"eve","role":"admin","password":"correct horse"}'),
          (await fetch('/api/v1/audit')).status,
        ];
      });
      expect(statuses).toEqual([403, 403, 403]);
      expect(complaints).toEqual([]);
      await page.context().close();
    }, 60_000);

    test('who has no role is told so, and the log says more under the same reference', async () => {
      const { page, complaints } = await newcomer();
      await page.goto(`${server.api}${deep}`);
      await signIn(page, 'nob');
      const failure = page.locator('.failure', { hasText: 'You have no role here.' });
      await failure.waitFor();
      await look(page, 'sign-in-without-role');
      const [, ref = ''] = /In the log it is ([0-9a-f]{8})/.exec(await failure.innerText()) ?? [];
      expect(server.log()).toContain(`ref=${ref}`);
      // Where one wanted to go is kept for the next try.
      const link = page.getByRole('link', { name: 'Sign in with Example login' });
      expect(await link.getAttribute('href')).toBe(
        `/auth/oidc/start?${new URLSearchParams({ to: deep }).toString()}`,
      );
      expect(complaints).toEqual([]);
      await page.context().close();
    }, 60_000);

    test('the audit log has all of it, and the secret of the client stands nowhere', async () => {
      const audit = await askApi<{ entries: { by: string; action: string }[] }>(
        server,
        data,
        '/api/v1/audit',
      );
      expect(audit.entries.map(({ by, action }) => `${by} ${action}`).toReversed()).toEqual([
        'ada user.create',
        'ada session.begin',
        'ada session.end',
        'vera user.create',
        'vera session.begin',
        'nob session.refused',
      ]);
      const settings = await askApi<{ settings: { key: string; from: string }[] }>(
        server,
        data,
        '/api/v1/configuration/effective',
      );
      expect(settings.settings.find(({ key }) => key === 'oidc.issuer')?.from).toBe('option');
      expect(JSON.stringify([audit, settings, server.log()])).not.toContain(secret);
    });
  },
);
