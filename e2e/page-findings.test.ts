import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Request } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessibilityInBothThemes, accessibilityOf, whyNoBrowser } from './kit/browser.ts';
import { hostileKey, recordManyAlerts, recordManyFindings } from './kit/many-findings.ts';
import { openSignedInPage, type SignedInPage } from './kit/signed-in-page.ts';

const reason = whyNoBrowser();
const folder = mkdtempSync(join(tmpdir(), 'lanner-findings-'));
const views = [
  'vulnerabilities',
  'vulnerabilities?by=artifact',
  'vulnerabilities?by=package&fixable=true',
  'vulnerabilities?by=id&min_epss=0.1&kev=true',
  'vulnerabilities?as_of=14d',
  'vulnerabilities?change=reappeared',
  `vulnerabilities?artifact=sha256:evil&sel=${encodeURIComponent(hostileKey)}`,
  'secrets',
  'secrets?by=artifact',
  'secrets?by=id',
  'secrets?id=private-key',
  'inventory',
];

/** What the page asks when it is opened, whatever the view. */
const askedOnce: ReadonlySet<string> = new Set(['/api/v1/session', '/api/v1/saved-views']);

describe.skipIf(reason !== null)(
  `findings on the page${reason === null ? '' : ` (skipped: ${reason})`}`,
  () => {
    let opened: SignedInPage;

    beforeAll(async () => {
      await recordManyFindings(join(folder, 'store'), Date.now());
      await recordManyAlerts(join(folder, 'store'), Date.now(), 3000);
      opened = await openSignedInPage(folder);
    }, 120_000);

    afterAll(async () => {
      await opened.close();
      rmSync(folder, { recursive: true });
    }, 60_000);

    /** What the page asked the API for while something was done, and how long the answer of a look was. */
    async function asked(work: () => Promise<void>): Promise<{ paths: string[]; bytes: number }> {
      const paths: string[] = [];
      const take = (request: Request): void => {
        const { pathname } = new URL(request.url());
        if (pathname.startsWith('/api/') && !askedOnce.has(pathname)) {
          paths.push(pathname);
        }
      };
      const answer = opened.page.waitForResponse(/findings\/look/);
      opened.page.on('request', take);
      await work();
      opened.page.off('request', take);
      return { paths, bytes: (await (await answer).body()).length };
    }

    test('each grouping and filter is one answer of at most 100 KiB', async () => {
      const { page, go } = opened;
      for (const view of ['vulnerabilities', 'vulnerabilities?by=artifact', 'vulnerabilities?by=id']) {
        await page.goto('about:blank');
        const { paths, bytes } = await asked(() => go(view));
        expect(paths, view).toEqual(['/api/v1/findings/look']);
        expect(bytes, view).toBeLessThan(100 * 1024);
      }
      const { paths } = await asked(async () => {
        await page.locator('.facets button', { hasText: 'Critical' }).click();
        await page.waitForURL(/severity=CRITICAL/);
        await page.locator('.facets button.chosen').waitFor();
        await page.getByText(/findings in [\d,]+ vulnerabilities/).waitFor();
        await page.locator('.frow .level').first().waitFor();
      });
      expect(paths).toEqual(['/api/v1/findings/look']);
    }, 60_000);

    test('a group leads to its findings, a finding to its history, and an address to all of it', async () => {
      const { page, go } = opened;
      await go('vulnerabilities');
      await page.getByRole('button', { name: 'By package' }).click();
      await page.locator('.frow a', { hasText: 'lib0' }).click();
      await page.waitForURL(/package=lib0/);
      await page.locator('.frow.one').first().waitFor();
      await page.locator('.frow.one .what button').first().click();
      await page.locator('.history', { hasText: 'First seen' }).waitFor();
      const address = page.url();
      const heading = await page.locator('.detail h2').textContent();
      await go('inventory');
      await page.goto(address);
      await page.locator('.detail h2', { hasText: heading ?? 'none' }).waitFor();
      await page.locator('.facets .chosen', { hasText: 'lib0' }).waitFor();
    }, 60_000);

    test('secrets are told by rule, file and line, and of them nothing is told that only packages have', async () => {
      const { page, go } = opened;
      await go('secrets');
      const facets = await page.locator('.facets summary').allTextContents();
      expect(facets).toEqual(['Severity', 'Accepted', 'Rule', 'Image or host']);
      expect(await page.locator('.advice, .facets select').count()).toBe(0);
      await page.locator('.facets button', { hasText: 'private-key' }).click();
      await page.waitForURL(/id=private-key/);
      const row = page.locator('.frow.one:not(.head)').first();
      await row.locator('.mono', { hasText: 'server.pem' }).waitFor();
      await row.locator('.number', { hasText: '1,203' }).waitFor();
      await row.locator('.what button').click();
      const facts = page.locator('.detail .facts');
      await facts.filter({ hasText: 'AsymmetricPrivateKey' }).waitFor();
      expect(await facts.locator('dt').allTextContents()).toEqual(
        expect.arrayContaining(['Rule', 'File', 'Line', 'Category', 'Match']),
      );
      expect(await facts.locator('dt').allTextContents()).not.toContain('Fixed in');
      await go('secrets?by=id');
      await page.getByText(/secrets by 4 rules/).waitFor();
    }, 60_000);

    test('what is back says when it was away', async () => {
      const { page, go } = opened;
      await go('vulnerabilities?change=reappeared');
      await page.locator('.frow.one .what button').first().click();
      const events = page.locator('.history li');
      await events.nth(2).waitFor();
      const texts = await events.allTextContents();
      expect(texts.map((text) => /First seen|Fixed or gone|Back again/.exec(text)?.[0])).toEqual([
        'First seen',
        'Fixed or gone',
        'Back again',
      ]);
    }, 60_000);

    test('a risk is accepted in the panel, told in the history, and ended again', async () => {
      const { page, go } = opened;
      await go('vulnerabilities?package=package-7');
      await page.locator('.frow.one .what button').first().click();
      await page.getByRole('button', { name: 'Accept the risk …' }).click();
      await page.locator('textarea').fill('Behind a gateway');
      await page.locator('dialog').getByRole('button', { name: 'Accept', exact: true }).click();
      await page.locator('.history', { hasText: 'Accepted by ada' }).waitFor();
      await page.locator('.history', { hasText: 'Behind a gateway' }).waitFor();
      await page.getByRole('button', { name: /End the acceptance/ }).click();
      await page.getByRole('button', { name: 'Accept the risk …' }).waitFor();
    }, 60_000);

    test('findings are gone through, accepted and left by keys', async () => {
      const { page, go } = opened;
      await go('vulnerabilities?package=package-9');
      await page.locator('.frow.one .level').first().waitFor();
      const opens = async (key: string): Promise<string> => {
        const before = page.url();
        await page.keyboard.press(key);
        await page.waitForURL((url) => url.href !== before);
        await page.locator('.frow.active').waitFor();
        return (await page.locator('.frow.active .what').textContent()) ?? '';
      };
      const first = await opens('j');
      const second = await opens('j');
      expect(second).not.toBe('');
      expect(await opens('k')).toBe(first);
      await page.locator('.detail h2').waitFor();
      await page.keyboard.press('a');
      await page.locator('dialog textarea').fill('a and k and j are text here');
      await page.locator('dialog').getByRole('button', { name: 'Accept', exact: true }).click();
      await page.locator('.history', { hasText: 'a and k and j are text here' }).waitFor();
      await page.keyboard.press('Escape');
      await page.locator('.detail').waitFor({ state: 'detached' });
    }, 60_000);

    test('a month ago is another list, and the way back is said', async () => {
      const { page, go } = opened;
      const found = async (): Promise<number> =>
        Number((await page.locator('.figure b').textContent())?.replaceAll(',', ''));
      const settled = (): Promise<void> => page.locator('.middle[aria-busy="false"]').waitFor();
      await go('vulnerabilities');
      const now = await found();
      await page.getByLabel('Moment').selectOption('30d');
      await page.locator('.past').waitFor();
      await settled();
      expect(await found()).toBeLessThan(now);
      await page.getByRole('button', { name: 'Back to now' }).click();
      await page.locator('.past').waitFor({ state: 'detached' });
      await expect.poll(found, { timeout: 10_000 }).toBe(now);
    }, 60_000);

    test('where nothing is yet, what is found appears by itself', async () => {
      const { page, go } = opened;
      await page.route(
        '**/api/v1/findings/look?**',
        async (route) => {
          const response = await route.fetch();
          const answer = (await response.json()) as object;
          const nothing = { findings: [], groups: [], count: 0, groupCount: 0, cursor: null };
          await route.fulfill({ response, json: { ...answer, ...nothing } });
        },
        { times: 1 },
      );
      await go('vulnerabilities');
      await page.getByText('Nothing found').waitFor();
      await page.locator('.frow.one').first().waitFor({ timeout: 30_000 });
    }, 60_000);

    test('scrolling has no holes, however far', async () => {
      const { page, go } = opened;
      await go('vulnerabilities');
      await page.locator('.frow.one').first().waitFor();
      const seen = new Set<string>();
      // More than two pages go by; how fast they come is not what this is about.
      for (let turn = 0; seen.size < 230; turn++) {
        const texts = await page.evaluate<string[]>(`(() => {
        const box = document.querySelector('.rows').getBoundingClientRect();
        return Array.from({ length: Math.floor(box.height / 34) }, (_, at) =>
          document.elementFromPoint(box.left + 200, box.top + 17 + at * 34)?.closest('.frow')?.textContent ?? 'HOLE');
      })()`);
        expect(texts, `turn ${turn}`).not.toContain('HOLE');
        for (const text of texts) {
          seen.add(text);
        }
        await page.evaluate(`document.querySelector('.rows').scrollBy(0, 340)`);
        await page.waitForTimeout(30);
      }
    }, 60_000);

    test('the bar takes a list of twenty thousand findings anywhere, and other conditions begin it anew', async () => {
      const { page, go } = opened;
      await go('vulnerabilities');
      const bar = page.getByLabel('Rows from this one on');
      const first = page.locator('.frow.one .what').first();
      const worst = await first.textContent();
      const { paths, bytes } = await asked(async () => {
        await bar.fill('15000');
        await page.getByText('From row 15,001 of').waitFor();
      });
      expect(paths).toEqual(['/api/v1/findings/look']);
      expect(bytes).toBeLessThan(100 * 1024);
      await expect.poll(() => first.textContent(), { timeout: 30_000 }).not.toBe(worst);
      // It goes on with the rows, and an address leads to the same ones.
      await page.evaluate(`document.querySelector('.rows').scrollBy(0, 1700)`);
      await expect.poll(async () => Number(await bar.inputValue()), { timeout: 30_000 }).toBe(15_050);
      const there = await first.textContent();
      await go('vulnerabilities?at=15000');
      await page.getByText('From row 15,001 of').waitFor();
      expect(there).not.toBe(worst);
      await bar.press('End');
      await page.waitForURL(/at=(?!15000)/);
      await page.locator('.middle[aria-busy="false"]').waitFor();
      await page.locator('.facets button', { hasText: 'High' }).first().click();
      await page.waitForURL((url) => url.searchParams.has('severity') && !url.searchParams.has('at'));
      await page.getByText('From row').waitFor({ state: 'detached' });
    }, 60_000);

    test('the time bar takes a long list of events anywhere, and shows where it is', async () => {
      const { page, go } = opened;
      await go('events?from=all&group=0');
      const bar = page.getByLabel('Rows from this time back');
      const firstTime = page.locator('.row time').first();
      const newest = await firstTime.textContent();
      const [from, to] = await Promise.all([bar.getAttribute('min'), bar.getAttribute('max')]);
      const middleUs = (Number(from) + Number(to)) / 2;
      const stepUs = Number(await bar.getAttribute('step'));
      await bar.fill(String(Math.round(middleUs)));
      await page.waitForURL(/at=/);
      await page.locator('.past', { hasText: 'back' }).waitFor();
      await expect.poll(() => firstTime.textContent(), { timeout: 30_000 }).not.toBe(newest);
      // The thumb stands where the rows are, and goes on with them.
      const value = async (): Promise<number> => Number(await bar.inputValue());
      await expect.poll(value, { timeout: 30_000 }).toBeLessThanOrEqual(middleUs + stepUs);
      const there = await value();
      expect(there).toBeGreaterThan(Number(from));
      await page.evaluate(`document.querySelector('.rows').scrollBy(0, 3200)`);
      await expect.poll(value, { timeout: 30_000 }).toBeLessThan(there);
      await page.getByRole('button', { name: 'To the newest' }).click();
      await expect.poll(() => firstTime.textContent(), { timeout: 30_000 }).toBe(newest);
      // The counts over time go back as far as the alerts do.
      expect(Number(to) - Number(from)).toBeGreaterThan(30 * 3600 * 1e6);
    }, 60_000);

    test.each(['csv', 'json'] as const)(
      'all that is listed is downloaded: %s',
      async (form) => {
        const { page, go } = opened;
        await go('vulnerabilities?by=artifact');
        const download = page.waitForEvent('download');
        await page.getByLabel('Download vulnerabilities').selectOption(form);
        const text = readFileSync(await (await download).path(), 'utf8');
        if (form === 'json') {
          expect(JSON.parse(text)).toHaveLength(101);
        } else {
          expect(text.split('\r\n')).toHaveLength(103);
          expect(text.startsWith('name,title,findings,critical')).toBe(true);
        }
      },
      60_000,
    );

    test('clocks of a place tell when something was', async () => {
      const { page, go } = opened;
      await go('vulnerabilities?as_of=2026-01-31T23:30:00.000Z');
      const past = page.locator('.past');
      await page.getByLabel('Times').selectOption('Asia/Tokyo');
      await past.filter({ hasText: '2026-02-01 08:30' }).waitFor();
      expect(await page.getByLabel('As of', { exact: true }).inputValue()).toBe('2026-02-01T08:30');
      await page.getByLabel('Times').selectOption('utc');
      await past.filter({ hasText: '2026-01-31 23:30' }).waitFor();
      await page.getByLabel('As of', { exact: true }).fill('2026-01-30T10:00');
      await page.waitForURL(/as_of=2026-01-30T10%3A00%3A00/);
      await page.getByLabel('Times').selectOption('local');
    }, 60_000);

    test.each([1440, 390])(
      'no view breaks on hostile text, is wider than its window or has something that axe finds wrong: %d wide',
      async (wide) => {
        const { page, go, shoot, complaints } = opened;
        await page.setViewportSize({ width: wide, height: 860 });
        for (const view of views) {
          await go(view);
          const width = await page.evaluate<number>('document.documentElement.scrollWidth');
          expect(width, view).toBeLessThanOrEqual(wide);
          const found = await accessibilityInBothThemes(page, (theme) =>
            shoot(`${theme}-${wide}-${view.replaceAll(/\W+/g, '-').slice(0, 60)}`),
          );
          expect(found, view).toEqual([]);
        }
        expect(complaints).toEqual([]);
      },
      120_000,
    );

    test('on a phone filters lie behind a button', async () => {
      const { page, go, shoot } = opened;
      await page.setViewportSize({ width: 390, height: 800 });
      await go('vulnerabilities');
      const critical = page.locator('.facets button', { hasText: 'Critical' });
      expect(await critical.isVisible()).toBe(false);
      await page.getByRole('button', { name: 'Filters' }).click();
      await shoot('phone-filters');
      expect(await accessibilityOf(page)).toEqual([]);
      await critical.click();
      await page.getByRole('button', { name: 'Filters (1)' }).waitFor();
      await page.setViewportSize({ width: 1440, height: 860 });
    }, 60_000);
  },
);
