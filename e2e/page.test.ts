// The page in a real browser, before the server as a user runs it, with hostile text in everything that it shows.
import { eventJson } from '@lanner/api';
import { fieldClasses } from '@lanner/engine';
import { silentLog } from '@lanner/core';
import { openSqliteStore } from '@lanner/hub';
import { hostileEvent, hostileText, sampleEvent } from '@lanner/hub/testkit';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensurePage } from '../tools/build-page.ts';
import { accessibilityInBothThemes, complaintsOf, openBrowser, whyNoBrowser } from './kit/browser.ts';
import { type ServerProcess, startLanner } from './kit/lanner-server.ts';
import { waitFor } from './kit/waits.ts';

const views = [
  '',
  'events',
  'events?group=0',
  'vulnerabilities',
  'secrets',
  'inventory',
  'destinations',
  'silences',
  'saved',
  'settings',
  'people',
  'audit',
];
const password = 'correct horse battery';
/** Screenshots are kept where this names a folder. */
const shots = process.env['LANNER_SCREENSHOTS'] ?? null;
const reason = whyNoBrowser();
const folder = mkdtempSync(join(tmpdir(), 'lanner-page-'));
const markup = `<img src=x onerror=alert(1)><script>alert(2)</script>${hostileText}`;

describe.skipIf(reason !== null)(`the page${reason === null ? '' : ` (skipped: ${reason})`}`, () => {
  const data = join(folder, 'data');
  const config = join(folder, 'config.yaml');
  const received: string[] = [];
  let receiver: Server;
  let server: ServerProcess;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    await ensurePage();
    receiver = createServer((request, response) => {
      request.resume().on('end', () => {
        received.push(request.url ?? '');
        response.end();
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    writeFileSync(
      config,
      `webhook: {address: "http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook"}\n`,
    );
    await recordFindings(join(data, 'store'));
    server = await startLanner(['server', '--data', data, '-c', config]);
    for (let i = 0; i < 30; i++) {
      const event = eventOf(i);
      await post(eventJson(i % 3 === 0 ? { ...hostileEvent(event.uuid), time: event.time } : event));
    }
    browser = await openBrowser();
    context = await browser.newContext({ viewport: { width: 1440, height: 860 }, colorScheme: 'dark' });
    page = await context.newPage();
    complaints = complaintsOf(page);
  }, 120_000);

  afterAll(async () => {
    await browser.close();
    server.child.kill('SIGTERM');
    await server.exit;
    receiver.close();
    rmSync(folder, { recursive: true });
  }, 60_000);

  function post(body: string): Promise<Response> {
    return fetch(server.intake, { method: 'POST', body });
  }

  async function go(view: string): Promise<void> {
    await page.goto(`${server.api}/${view}`);
    await page.locator('h1').waitFor();
    await page.getByText('Loading …').first().waitFor({ state: 'detached' });
  }

  async function shoot(name: string): Promise<void> {
    if (shots !== null) {
      mkdirSync(shots, { recursive: true });
      await page.screenshot({ path: join(shots, `${name}.png`) });
    }
  }

  async function signIn(on: Page, name: string): Promise<void> {
    await on.getByLabel('Name').fill(name);
    await on.getByLabel('Password').fill(password);
    await on.locator('button.primary').click();
    await on.getByRole('heading', { name: 'Overview' }).waitFor();
  }

  test('who opens the printed link becomes the administrator, once', async () => {
    const link = /link=(\S+)/.exec(server.log())?.[1]?.replaceAll('"', '') ?? '';
    expect(link).toContain('/setup#');
    await page.goto(link);
    await signIn(page, 'ada');
    const other = await (await browser.newContext()).newPage();
    await other.goto(link);
    await other.getByLabel('Name').fill('eve');
    await other.getByLabel('Password').fill(password);
    await other.locator('button.primary').click();
    await other.locator('.failure').waitFor();
    expect(await other.getByRole('heading', { name: 'Overview' }).count()).toBe(0);
    await other.context().close();
  }, 60_000);

  test('an event is on the page without loading it again', async () => {
    await go('events?live=1');
    await page.locator('.row').first().waitFor();
    await post(eventJson({ ...eventOf(99), rule: 'Fresh one' }));
    await page.locator('.row', { hasText: 'Fresh one' }).waitFor();
  }, 60_000);

  test('rows come anew also for who does not follow live', async () => {
    const other = await context.newPage();
    await other.clock.install();
    await other.goto(`${server.api}/events?rule=Later`);
    await other.getByText('No event matches').waitFor();
    await post(eventJson({ ...eventOf(98), rule: 'Later' }));
    await other.clock.runFor(16_000);
    await other.locator('.row', { hasText: 'Later' }).waitFor();
    await other.close();
  }, 60_000);

  test('facets and counts over time of a share of the alerts are replaced by those of all', async () => {
    const other = await context.newPage();
    await other.route('**/api/v1/views/events?**', async (route) => {
      if (new URL(route.request().url()).searchParams.get('rows') === 'none') {
        await route.continue();
        return;
      }
      const response = await route.fetch();
      const figures = { facets: {}, buckets: [], share: 0.25 };
      await route.fulfill({ response, json: { ...((await response.json()) as object), figures } });
    });
    await other.goto(`${server.api}/events`);
    await other.locator('.row').first().waitFor();
    await other.locator('.facets button').first().waitFor();
    await other.locator('.histogram').waitFor();
    await other.close();
  }, 60_000);

  test('triage by keyboard survives a restart', async () => {
    await go('events?rule=Terminal+shell+in+container');
    await page.keyboard.press('j');
    await page.locator('.detail h2', { hasText: 'Terminal shell' }).waitFor();
    await page.keyboard.press('a');
    await page.locator('.detail .chip', { hasText: 'Acknowledged by ada' }).waitFor();
    server.child.kill('SIGKILL');
    await server.exit;
    // The session is the server's: the browser sends its cookie to the new port as well.
    server = await startLanner(['server', '--data', data, '-c', config]);
    await page.goto(`${server.api}/events?rule=Terminal+shell+in+container`);
    await page.locator('.row.done').first().waitFor();
  }, 60_000);

  test('from an event one goes on to its rule and to what else happened there', async () => {
    await go('events?rule=Terminal+shell+in+container');
    await page.keyboard.press('j');
    await page.getByRole('button', { name: 'Show the condition' }).click();
    await page.locator('pre[aria-label="Condition"]', { hasText: 'evt.type' }).waitFor();
    await page.getByRole('link', { name: /Five minutes before and after, on this host/ }).click();
    await page.waitForURL(/from=.*to=.*hostname=/);
    await page.locator('.row').first().waitFor();
  }, 60_000);

  test('an exception says what it would have hidden before it is saved', async () => {
    await go('events?rule=Read+sensitive+file');
    await page.keyboard.press('j');
    await page.getByRole('button', { name: 'Exception …' }).click();
    await page.locator('dialog', { hasText: /that you chose it would have hidden \d/ }).waitFor();
    await page.locator('dialog').getByRole('button', { name: 'Save' }).click();
    await page.locator('dialog').waitFor({ state: 'detached' });
    await go('audit');
    await page.locator('td', { hasText: 'exception' }).first().waitFor();
  }, 60_000);

  test('a risk is accepted, and a destination gets its test', async () => {
    await go('vulnerabilities');
    await page.getByRole('button', { name: 'Accept …' }).first().click();
    await page.locator('textarea').fill('Not reachable');
    await page.locator('dialog').getByRole('button', { name: 'Accept', exact: true }).click();
    await page.locator('.chip', { hasText: 'accepted' }).first().waitFor();
    await go('destinations');
    const before = received.length;
    await page.getByRole('button', { name: 'Send a test' }).click();
    await waitFor(() => received.length > before);
    await page.locator('.toast', { hasText: 'took the test alert' }).waitFor();
  }, 60_000);

  test('who may only look changes nothing, whatever is sent', async () => {
    await go('people');
    await page.getByLabel('Name', { exact: true }).fill('vera');
    await page.getByLabel(/First password/).fill(password);
    await page.getByRole('button', { name: 'Add' }).click();
    await page.locator('td', { hasText: 'vera' }).first().waitFor();
    const own = await browser.newContext();
    const other = await own.newPage();
    await other.goto(server.api);
    await signIn(other, 'vera');
    await other.goto(`${server.api}/events`);
    await other.locator('.row').first().click();
    await other.locator('.detail h2').waitFor();
    expect(await other.getByRole('button', { name: 'Acknowledge', exact: true }).count()).toBe(0);
    const status = await other.evaluate(async () => {
      const { csrf } = (await (await fetch('/api/v1/session')).json()) as { csrf: string };
      const answer = await fetch('/api/v1/alerts/triage', {
        method: 'POST',
        headers: { 'x-lanner-csrf': csrf, 'content-type': 'application/json' },
        body: '{"kind":"acknowledge"}',
      });
      return answer.status;
    });
    expect(status).toBe(403);
    await own.close();
  }, 60_000);

  test.each([1440, 390])(
    'no view breaks on hostile text, is wider than its window or has something that axe finds wrong: %d wide',
    async (wide) => {
      await page.setViewportSize({ width: wide, height: 860 });
      for (const view of views) {
        await go(view);
        if (view.startsWith('events')) {
          await page.locator('.row').first().click();
          await page.getByRole('button', { name: 'Show JSON' }).click();
        }
        const width = await page.evaluate<number>('document.documentElement.scrollWidth');
        expect(width, view).toBeLessThanOrEqual(wide);
        const found = await accessibilityInBothThemes(page, (theme) =>
          shoot(`${theme}-${wide}-${view.replaceAll(/\W/g, '-')}`),
        );
        expect(found, view).toEqual([]);
      }
      expect(complaints).toEqual([]);
    },
    120_000,
  );

  test('the title says what is looked at', async () => {
    await page.setViewportSize({ width: 1440, height: 860 });
    const titles = new Set<string>();
    for (const view of views.filter((each) => !each.includes('?'))) {
      await go(view);
      titles.add(await page.title());
    }
    expect(titles.size).toBe(views.filter((each) => !each.includes('?')).length);
    expect(titles).not.toContain('Lanner');
    await go('events');
    await page.locator('.row', { hasText: 'Read sensitive file' }).first().click();
    await expect.poll(() => page.title()).toBe('Read sensitive file · Events · Lanner');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.title()).toBe('Events · Lanner');
  }, 60_000);

  test('every field that there is can be hostile, in each part of an event, and is text all the same', async () => {
    const names = fieldClasses.flatMap(({ fields }) => fields.map(({ name }) => name));
    expect(names.length).toBeGreaterThan(200);
    const hostile = hostileEvent(uuidOf(96));
    const marked = (name: string): string => `${markup} ${name}`;
    await post(
      eventJson({
        ...hostile,
        time: new Date().toISOString(),
        rule: 'All fields',
        output_fields: {
          ...hostile.output_fields,
          ...Object.fromEntries(names.map((name) => [name, marked(name)])),
        },
      }),
    );
    await go('events?rule=All+fields');
    await page.locator('.row').first().click();
    await page.getByRole('button', { name: 'Show JSON' }).click();
    const shown = await page.locator('.facts.mono dt').allTextContents();
    expect(names.filter((name) => !shown.includes(name))).toEqual([]);
    expect(await page.locator('.detail img, .detail script, main b > img').count()).toBe(0);
    // What places and groups are called comes from fields, too.
    for (const view of ['', 'events?group=0', 'report']) {
      await go(view);
      expect(await page.locator('main img, main script').count(), view).toBe(0);
    }
    expect(complaints).toEqual([]);
  }, 60_000);

  test('numbers keep the digits that a double would lose', async () => {
    const inode = '18446744073709551557';
    await post(
      eventJson({
        ...eventOf(97),
        rule: 'Large numbers',
        output_fields: { 'fd.ino': BigInt(inode), 'evt.res': -1 },
      }),
    );
    await go('events?rule=Large+numbers');
    await page.locator('.row').first().click();
    await page.locator('.facts.mono dd', { hasText: inode }).waitFor();
    await page.getByRole('button', { name: 'Show JSON' }).click();
    expect(await page.locator('.detail pre').textContent()).toContain(`"fd.ino": ${inode}`);
    const download = page.waitForEvent('download');
    await page.getByLabel('Download events').selectOption('json');
    expect(readFileSync(await (await download).path(), 'utf8')).toContain(`"fd.ino": ${inode}`);
  }, 60_000);
});

function uuidOf(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

function eventOf(number: number): ReturnType<typeof sampleEvent> {
  return sampleEvent({
    uuid: uuidOf(number),
    rule: number % 2 === 0 ? 'Terminal shell in container' : 'Read sensitive file',
    time: new Date(Date.now() - number * 60_000).toISOString(),
    output: `something happened ${markup}`,
  });
}

/** Findings of each severity, some with hostile text, as a scan leaves them. */
async function recordFindings(store: string): Promise<void> {
  const opened = await openSqliteStore({ folder: store, log: silentLog });
  const severities = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'UNKNOWN'] as const;
  await opened.findings.record(
    { key: 'sha256:aa', kind: 'image', names: [markup], system: markup, packages: 12, notes: [markup] },
    Array.from({ length: 12 }, (_, i) => ({
      kind: i === 11 ? ('secret' as const) : ('vulnerability' as const),
      id: i === 0 ? '<img src=x onerror=alert(3)>' : `CVE-2026-${1000 + i}`,
      package: `pkg:deb/debian/${markup}@1`,
      packageName: i === 1 ? markup : `lib${i % 4}`,
      installedVersion: '1.0',
      fixedVersion: i % 3 === 0 ? '' : '1.1',
      severity: severities[i % 5] ?? 'LOW',
      title: markup,
      epss: i === 2 ? 0.4 : null,
      kev: i === 2,
      details: {},
    })),
    Date.now(),
  );
  await opened.close();
}
