import { blindRule, eventJson } from '@lanner/api';
import { sampleEvent } from '@lanner/hub/testkit';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessibilityInBothThemes, whyNoBrowser } from './kit/browser.ts';
import { askApi } from './kit/lanner-server.ts';
import { hostileMarkup } from './kit/hostile-answers.ts';
import { recordManyFindings } from './kit/many-findings.ts';
import { openSignedInPage, type SignedInPage } from './kit/signed-in-page.ts';

const day = 86_400_000;
const now = Date.now();
const reason = whyNoBrowser();
const folder = mkdtempSync(join(tmpdir(), 'lanner-report-'));
const sections = [
  'What needs attention',
  'Alerts',
  'Critical alerts',
  'Findings',
  'Accepted risks that end',
  'What could be seen',
  'What destinations refused',
];

describe.skipIf(reason !== null)(`the weekly report${reason === null ? '' : ` (skipped: ${reason})`}`, () => {
  let opened: SignedInPage;

  beforeAll(async () => {
    await recordManyFindings(join(folder, 'store'), now, 20);
    opened = await openSignedInPage(folder);
    const { server } = opened;
    for (let i = 0; i < 40; i++) {
      const event = sampleEvent({
        uuid: `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`,
        rule: i % 5 === 0 ? `Read ${hostileMarkup}` : 'Terminal shell in container',
        priority: i % 4 === 0 ? 'Critical' : 'Notice',
        time: new Date(now - ((i * 11) % 40) * (day / 3)).toISOString(),
      });
      await fetch(server.intake, { method: 'POST', body: eventJson(event) });
    }
    const blind = sampleEvent({
      uuid: '00000000-0000-4000-8000-0000000000ff',
      rule: blindRule,
      time: new Date(now - 1000).toISOString(),
      output_fields: { 'blind.from': (now - 5000) * 1e6, 'blind.rules': ['Shell'], 'blind.lost': '4711' },
    });
    await fetch(server.intake, { method: 'POST', body: eventJson(blind) });
    await askApi(server, folder, '/api/v1/acceptances', {
      method: 'POST',
      body: { id: 'CVE-2025-10000', reason: `Later ${hostileMarkup}`, untilMs: now + 3 * day },
    });
  }, 120_000);

  afterAll(async () => {
    await opened.close();
    rmSync(folder, { recursive: true });
  }, 60_000);

  test('it tells of this week, and an address of any other', async () => {
    const { page, go } = opened;
    await go('report');
    await page.locator('.report h2').first().waitFor();
    expect(await page.locator('.report h2').allTextContents()).toEqual(sections);
    await page.locator('.report', { hasText: '4711' }).waitFor();
    await page.locator('.report', { hasText: 'CVE-2025-10000' }).waitFor();
    await page.getByRole('button', { name: 'The week before' }).click();
    await page.waitForURL(/week=\d{4}-W\d\d/);
    const week = new URL(page.url()).searchParams.get('week') ?? '';
    await page.locator('.report header', { hasText: week }).waitFor();
    await page.locator('.report[aria-busy="false"]').waitFor();
    expect(await page.locator('.report', { hasText: '4711' }).count()).toBe(0);
    const address = page.url();
    await go('');
    await page.getByRole('link', { name: 'Report', exact: true }).click();
    await page.getByRole('heading', { name: 'Weekly report' }).waitFor();
    await page.goto(address);
    await page.locator('.report header', { hasText: week }).waitFor();
  }, 60_000);

  test('printed it is a PDF of the report alone', async () => {
    const { page, go } = opened;
    await go('report');
    await page.locator('.report h2').first().waitFor();
    await page.emulateMedia({ media: 'print' });
    expect(await page.getByRole('navigation', { name: 'Views' }).isVisible()).toBe(false);
    expect(await page.getByRole('button', { name: /PDF/ }).isVisible()).toBe(false);
    expect(await page.locator('.report').isVisible()).toBe(true);
    const dark = await page.evaluate<string>(
      'getComputedStyle(document.querySelector(".report")).backgroundColor',
    );
    expect(dark).toBe('rgb(255, 255, 255)');
    await opened.shoot('print-report');
    const pdf = await page.pdf({ format: 'A4', preferCSSPageSize: true, tagged: true });
    if (process.env['LANNER_SCREENSHOTS'] !== undefined) {
      writeFileSync(join(process.env['LANNER_SCREENSHOTS'], 'report.pdf'), pdf);
    }
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    expect(pagesOf(pdf)).toBeGreaterThan(1);
    const text = textOf(pdf);
    for (const wanted of [...sections, '4711', 'Terminal shell in container', 'CVE-2025-10000']) {
      expect(text).toContain(wanted.replaceAll(' ', ''));
    }
    expect(text).not.toContain('Destinations');
    await page.emulateMedia({ media: 'screen' });
  }, 60_000);

  test.each([1440, 390])(
    'nothing breaks on hostile text, is wider than its window or has something that axe finds wrong: %d wide',
    async (wide) => {
      const { page, go, shoot, complaints } = opened;
      await page.setViewportSize({ width: wide, height: 860 });
      for (const view of ['report', '']) {
        await go(view);
        await page.locator('.day-bars').waitFor();
        const width = await page.evaluate<number>('document.documentElement.scrollWidth');
        expect(width, view).toBeLessThanOrEqual(wide);
        const name = view === '' ? 'overview' : view;
        const found = await accessibilityInBothThemes(page, (theme) => shoot(`${theme}-${wide}-${name}`));
        expect(found, view).toEqual([]);
      }
      expect(complaints).toEqual([]);
    },
    60_000,
  );
});

function pagesOf(pdf: Buffer): number {
  return pdf.toString('latin1').match(/\/Type\s*\/Page\b(?!s)/g)?.length ?? 0;
}

/** What a PDF of Chromium says, without spaces: its fonts map the numbers of glyphs to what they stand for. */
function textOf(pdf: Buffer): string {
  const streams = streamsOf(pdf);
  const letters = new Map<string, string>();
  for (const stream of streams.filter(
    (each) => each.includes('beginbfchar') || each.includes('beginbfrange'),
  )) {
    readLetters(stream, letters);
  }
  const shown = streams.flatMap((stream) =>
    [...stream.matchAll(/<([0-9A-Fa-f]+)>/g)].map(([, hex = '']) => hex),
  );
  return shown
    .flatMap((hex) => hex.match(/.{4}/g) ?? [])
    .map((glyph) => letters.get(glyph.toUpperCase()) ?? '')
    .join('')
    .replaceAll(/\s/g, '');
}

function streamsOf(pdf: Buffer): string[] {
  const found: string[] = [];
  for (let at = pdf.indexOf('stream\n'); at !== -1; at = pdf.indexOf('stream\n', at + 1)) {
    try {
      found.push(inflateSync(pdf.subarray(at + 7)).toString('latin1'));
    } catch (error) {
      if (!(error instanceof Error)) {
        throw error;
      }
      // An image, or the end of a stream.
    }
  }
  return found;
}

function readLetters(stream: string, letters: Map<string, string>): void {
  for (const [, block = ''] of stream.matchAll(/beginbfchar([\s\S]*?)endbfchar/g)) {
    for (const [, glyph = '', code = ''] of block.matchAll(/<(\w+)>\s*<(\w+)>/g)) {
      letters.set(glyph.toUpperCase(), letterOf(code));
    }
  }
  for (const [, block = ''] of stream.matchAll(/beginbfrange([\s\S]*?)endbfrange/g)) {
    for (const [, first = '', last = '', code = ''] of block.matchAll(/<(\w+)>\s*<(\w+)>\s*<(\w+)>/g)) {
      for (let glyph = parseInt(first, 16); glyph <= parseInt(last, 16); glyph++) {
        const shifted = (parseInt(code, 16) + glyph - parseInt(first, 16)).toString(16);
        letters.set(glyph.toString(16).padStart(4, '0').toUpperCase(), letterOf(shifted));
      }
    }
  }
}

function letterOf(code: string): string {
  return String.fromCodePoint(parseInt(code, 16) % 0x110000);
}
