// The page where nothing is there yet, where answers do not come or are refusals, under a pointer and under keys.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessibilityInBothThemes, whyNoBrowser } from './kit/browser.ts';
import { recordManyAlerts, recordManyFindings } from './kit/many-findings.ts';
import { openSignedInPage, type SignedInPage } from './kit/signed-in-page.ts';

const reason = whyNoBrowser();
const skipped = reason === null ? '' : ` (skipped: ${reason})`;
const folder = mkdtempSync(join(tmpdir(), 'lanner-states-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const views = [
  ...['', 'events', 'vulnerabilities', 'secrets', 'inventory', 'rules', 'report', 'destinations'],
  ...['silences', 'saved', 'settings', 'people', 'audit', 'nowhere'],
];
const widths = [1440, 390];
/** On a phone, views that load and fail differ in their heads only. */
const asking: Readonly<Record<number, readonly string[]>> = {
  1440: views.filter((view) => view !== 'saved' && view !== 'nowhere'),
  390: ['', 'events', 'vulnerabilities', 'people'],
};

/** Keeps a picture of what is shown in each theme, and fails for what axe finds or for what is wider than the window. */
async function look({ page, shoot }: SignedInPage, name: string, wide: number): Promise<void> {
  const found = await accessibilityInBothThemes(page, (theme) => shoot(`${theme}-${wide}-${name}`));
  expect(found, name).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth'), name).toBeLessThanOrEqual(wide);
}

describe.skipIf(reason !== null)(`the page with nothing to show${skipped}`, () => {
  let opened: SignedInPage;

  beforeAll(async () => {
    opened = await openSignedInPage(join(folder, 'empty'));
  }, 120_000);

  afterAll(async () => {
    await opened.close();
  }, 60_000);

  test.each(widths)(
    'empty views say what to do: %d wide',
    async (wide) => {
      const { page, go } = opened;
      await page.setViewportSize({ width: wide, height: 860 });
      for (const view of views) {
        await go(view);
        await look(opened, `empty-${view}`, wide);
      }
      expect(opened.complaints).toEqual([]);
    },
    120_000,
  );

  test.each(widths)(
    'while answers do not come, each view says that it loads: %d wide',
    async (wide) => {
      const { page, server } = opened;
      await page.setViewportSize({ width: wide, height: 860 });
      const isHeld = ({ pathname }: URL): boolean =>
        pathname.startsWith('/api/') && !/\/session|\/saved-views/.test(pathname);
      await page.route(isHeld, () => new Promise<void>(() => undefined));
      for (const view of asking[wide] ?? []) {
        await page.goto(`${server.api}/${view}`);
        await page.getByText('Loading …').first().waitFor();
        await look(opened, `loading-${view}`, wide);
      }
      await page.unrouteAll({ behavior: 'ignoreErrors' });
      expect(opened.complaints).toEqual([]);
    },
    120_000,
  );

  test.each(widths)(
    'a refusal is told with what to do, and tried again: %d wide',
    async (wide) => {
      const { page, server } = opened;
      await page.setViewportSize({ width: wide, height: 860 });
      const isRefused = ({ pathname }: URL): boolean =>
        pathname.startsWith('/api/') && !/\/session|\/saved-views/.test(pathname);
      for (const view of asking[wide] ?? []) {
        await page.route(isRefused, (route) =>
          route.fulfill({
            status: 503,
            json: {
              error: {
                code: 'store.full',
                message: 'the disk of the store is full',
                hint: 'Make room on it: lanner store compact',
              },
            },
          }),
        );
        await page.goto(`${server.api}/${view}`);
        const failure = page.locator('.failure').first();
        await failure.getByText('The disk of the store is full.').waitFor();
        expect(await page.locator('.columns .failure').count(), view).toBeLessThan(2);
        await look(opened, `failing-${view}`, wide);
        await page.unrouteAll({ behavior: 'ignoreErrors' });
        const again = page.getByRole('button', { name: 'Try again' }).first();
        const failures = async (): Promise<number> => {
          // It may have gone meanwhile: some views ask again by themselves.
          await again.click({ timeout: 1000 }).catch(() => undefined);
          return page.locator('.failure').count();
        };
        await expect.poll(failures, { timeout: 30_000 }).toBe(0);
      }
      expect(opened.complaints).toEqual([]);
    },
    120_000,
  );

  test('a server that is away is told, and what was shown stays', async () => {
    const { page, go, shoot } = opened;
    await page.setViewportSize({ width: 1440, height: 860 });
    await go('destinations');
    await page.getByText('Alerts go nowhere else').waitFor();
    await page.route('**/api/**', (route) => route.abort());
    await page.getByText('The server cannot be reached.').waitFor({ timeout: 30_000 });
    await page.getByText('Alerts go nowhere else').waitFor();
    await shoot('dark-1440-away');
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await page.locator('.failure').waitFor({ state: 'detached', timeout: 30_000 });
  }, 60_000);
});

describe.skipIf(reason !== null)(`the page under a pointer and under keys${skipped}`, () => {
  let opened: SignedInPage;

  beforeAll(async () => {
    await recordManyFindings(join(folder, 'full', 'store'), Date.now(), 12);
    await recordManyAlerts(join(folder, 'full', 'store'), Date.now(), 300);
    opened = await openSignedInPage(join(folder, 'full'));
  }, 120_000);

  afterAll(async () => {
    await opened.close();
  }, 60_000);

  test('what a pointer is over stays legible', async () => {
    const { page, go } = opened;
    for (const [view, over] of [
      ['events', '.row'],
      ['events', '.facets button'],
      ['events', '.histogram g'],
      ['vulnerabilities', '.frow.one:not(.head)'],
      ['vulnerabilities?by=id', '.frow.group:not(.head)'],
      ['vulnerabilities', 'aside nav a'],
      ['', '.bars a'],
    ] as const) {
      await go(view);
      await page.locator(over).nth(2).hover();
      await look(opened, `over-${view.replaceAll(/\W+/g, '-')}-${over.replaceAll(/\W+/g, '-')}`, 1440);
    }
  }, 60_000);

  test('keys lead everywhere, and where they are can be seen', async () => {
    const { page, go, shoot } = opened;
    await go('vulnerabilities');
    await page.locator('.frow.one .level').first().waitFor();
    await page.evaluate('document.activeElement?.blur()');
    const reached: string[] = [];
    for (let step = 0; step < 60; step++) {
      await page.keyboard.press('Tab');
      const place = await page.evaluate<{ text: string; isSeen: boolean; inside: string }>(`(() => {
        const element = document.activeElement;
        const { outlineStyle, outlineWidth } = getComputedStyle(element);
        const box = element.getBoundingClientRect();
        return {
          text: element.getAttribute('aria-label') ?? element.textContent.slice(0, 40),
          isSeen: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 && box.width > 0 && box.right > 0,
          inside: element.closest('.facets, .rows, .title, aside, main')?.className ?? element.tagName,
        };
      })()`);
      expect(place.isSeen, `${place.inside}: ${place.text}`).toBe(true);
      reached.push(place.inside);
      if (place.inside === 'facets' && !reached.slice(0, -1).includes('facets')) {
        await shoot('dark-1440-focus-facet');
      }
    }
    expect(new Set(reached)).toEqual(new Set([...reached, 'facets', 'title']));
    await page.getByLabel('Narrow down').getByRole('button').last().focus();
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Tab');
    await look(opened, 'focus-name', 1440);
    // A row is opened by keys as well.
    await page.locator('.frow.one .whole').first().focus();
    await page.keyboard.press('Enter');
    await page.locator('.detail h2').waitFor();
    await look(opened, 'focus-row', 1440);
  }, 60_000);

  test.each(widths)(
    'dialogs can be read and left by keys: %d wide',
    async (wide) => {
      const { page, go } = opened;
      await page.setViewportSize({ width: wide, height: 860 });
      for (const name of ['Silence …', 'Comment …', 'Exception …']) {
        await go('events');
        await page.locator('.row').first().click();
        await page.locator('.detail').getByRole('button', { name }).click();
        await page.locator('dialog').waitFor();
        await look(opened, `dialog-${name.replaceAll(/\W+/g, '')}`, wide);
        await page.keyboard.press('Escape');
        await page.locator('dialog').waitFor({ state: 'detached' });
      }
      await go('vulnerabilities');
      await page.locator('.frow.one .whole').first().click();
      await page.getByRole('button', { name: 'Accept the risk …' }).click();
      await page.locator('dialog').waitFor();
      await look(opened, 'dialog-accept', wide);
      expect(opened.complaints).toEqual([]);
    },
    120_000,
  );
});
