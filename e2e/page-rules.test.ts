// The view of rules in a real browser: a rule is written wrong, mended, saved, and fires for what happens then.
import { eventJson } from '@lanner/api';
import { hostileText, sampleEvent } from '@lanner/hub/testkit';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { whyNoSensor } from '../packages/sensor/src/testkit/scoped-run.ts';
import { ensurePage } from '../tools/build-page.ts';
import { accessibilityInBothThemes, complaintsOf, openBrowser, whyNoBrowser } from './kit/browser.ts';
import { askApi, type ServerProcess, startLanner } from './kit/lanner-server.ts';

const password = 'correct horse battery';
/** Screenshots are kept where this names a folder. */
const shots = process.env['LANNER_SCREENSHOTS'] ?? null;
const reason = whyNoBrowser();
const sensorReason = whyNoSensor();
const folder = mkdtempSync(join(tmpdir(), 'lanner-page-rules-'));
const markup = `<img src=x onerror=alert(1)><script>alert(2)</script>${hostileText}`;
const hostileName = '"><img src=x onerror=alert(3)> & ${x}/..%2f';
const marker = `lanner-rules-${process.pid}`;

const base = `
- rule: Reads marked file
  desc: ${JSON.stringify(markup)}
  condition: evt.type in (open, openat, openat2) and fd.name endswith ${marker}
  output: read %fd.name by %proc.name
  priority: NOTICE
  tags: [files]
- rule: Short
  desc: One line.
  condition: evt.type = unlinkat and fd.name = nothing
  output: "o"
  priority: NOTICE
- rule: ${JSON.stringify(hostileName)}
  desc: ${JSON.stringify(markup)}
  condition: evt.type = unlinkat and fd.name = never
  output: "o"
  priority: WARNING
  tags: [${JSON.stringify('<b>tag</b>')}]
`;

describe.skipIf(reason !== null)(`the view of rules${reason === null ? '' : ` (skipped: ${reason})`}`, () => {
  const data = join(folder, 'data');
  const marked = join(folder, marker);
  const views = [
    'rules',
    `rules?rule=${encodeURIComponent(hostileName)}`,
    'rules?rule=nobody',
    'rules?edit=1',
  ];
  let shell: ChildProcess;
  let server: ServerProcess;
  let browser: Browser;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    await ensurePage();
    const rules = join(folder, 'base.yaml');
    writeFileSync(rules, base);
    writeFileSync(marked, 'x');
    // What happens, happens in this shell: nothing else is watched.
    shell = spawn('sh', [], { stdio: ['pipe', 'ignore', 'ignore'] });
    const watching = sensorReason === null ? ['--scope', `pid:${shell.pid}`] : ['--no-sensor'];
    server = await startLanner(['up', '--data', data, '--no-scan', '-r', rules, ...watching]);
    const post = (event: ReturnType<typeof sampleEvent>): Promise<Response> =>
      fetch(server.intake, { method: 'POST', body: eventJson(event) });
    await post(sampleEvent({ rule: markup, output: markup }));
    browser = await openBrowser();
    const context = await browser.newContext({
      viewport: { width: 1440, height: 860 },
      colorScheme: 'dark',
    });
    page = await context.newPage();
    complaints = complaintsOf(page);
    await page.goto(/link=(\S+)/.exec(server.log())?.[1]?.replaceAll('"', '') ?? '');
    await signIn(page, 'ada');
  }, 120_000);

  afterAll(async () => {
    await browser.close();
    server.child.kill('SIGTERM');
    await server.exit;
    shell.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  }, 60_000);

  async function signIn(on: Page, name: string): Promise<void> {
    await on.getByLabel('Name').fill(name);
    await on.getByLabel('Password').fill(password);
    await on.locator('button.primary').click();
    await on.getByRole('heading', { name: 'Overview' }).waitFor();
  }

  async function go(view: string, on = page): Promise<void> {
    await on.goto(`${server.api}/${view}`);
    await on.locator('h1').waitFor();
    await on.getByText('Loading …').first().waitFor({ state: 'detached' });
  }

  const text = (): ReturnType<Page['locator']> => page.locator('.code textarea');

  async function shot(name: string): Promise<void> {
    if (shots !== null) {
      mkdirSync(shots, { recursive: true });
      await page.screenshot({ path: join(shots, `${name}.png`) });
    }
  }

  async function saved(): Promise<void> {
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.locator('.toast', { hasText: 'Saved' }).waitFor();
  }

  test.skipIf(sensorReason !== null)(
    `a mistake is told as one types; mended and saved the rule fires for what happens then${sensorReason === null ? '' : ` (skipped: ${sensorReason})`}`,
    async () => {
      await go('rules');
      await page.getByText('These rules watch this machine').waitFor();
      await page.getByRole('link', { name: 'Reads marked file' }).click();
      await page.getByRole('link', { name: 'Edit', exact: true }).click();
      await page.locator('.editor-state', { hasText: 'Accepted: 1 rule' }).waitFor();
      const begun = await text().inputValue();
      expect(begun).toContain('override:');
      await text().fill(
        begun.replace('fd.name endswith', 'fd.nam endswith').replace('by %proc', 'changed %proc'),
      );
      await page.locator('.problems li.error').waitFor();
      expect(await page.locator('.code-mark.error').textContent()).toBe('fd.nam');
      expect(await page.getByRole('button', { name: 'Save', exact: true }).isDisabled()).toBe(true);
      // By keyboard to the mistake, which is then selected.
      await text().focus();
      await page.keyboard.press('F8');
      expect(
        await page.evaluate<string>(
          '(({ value, selectionStart, selectionEnd }) => value.slice(selectionStart, selectionEnd))(document.activeElement)',
        ),
      ).toBe('fd.nam');
      await shot('dark-rules-mistake');
      await page.keyboard.type('fd.name');
      await page.locator('.editor-state', { hasText: 'Accepted' }).waitFor();
      await saved();
      expect(await page.locator('.toast').textContent()).toContain('in force from now on');
      await go('events?live=1&from=all&rule=Reads+marked+file');
      shell.stdin?.write(`cat ${marked}\n`);
      await page.locator('.row', { hasText: 'changed cat' }).waitFor();
    },
    90_000,
  );

  test.skipIf(sensorReason !== null)(
    'what is tried is told apart: fires, does not, and what cannot be said',
    async () => {
      await go('rules?rule=Reads+marked+file&edit=1');
      const begun = await text().inputValue();
      await page.locator('.editor-state', { hasText: 'Accepted' }).waitFor();
      const trial = async (condition: string): Promise<string | null> => {
        await text().fill(begun.replace('fd.name endswith', `${condition} and fd.name endswith`));
        await page.getByRole('button', { name: 'Try', exact: true }).click();
        await page.locator('.summary', { hasNotText: 'was changed since' }).waitFor();
        return page.locator('.summary').textContent();
      };
      expect(await trial('proc.name = cat')).toContain('would fire for 1 of 1');
      expect(await trial('proc.name = vi')).toContain('and not for 1');
      expect(await trial('proc.loginshellid > 0')).toContain('of 1 nothing can be said');
      await page.getByText('proc.loginshellid (1)').waitFor();
      await shot('dark-rules-trial');
    },
    60_000,
  );

  test('a rule is switched off and on, and the file of it is Falco’s', async () => {
    await go('rules');
    const button = page.getByRole('switch', { name: 'Reads marked file' });
    await button.click();
    await page.locator('[role=switch][aria-checked=false]').waitFor();
    expect(readFileSync(join(data, 'rules', '3-switches.yaml'), 'utf8')).toContain(
      '- rule: Reads marked file\n  enabled: false\n  override:\n    enabled: replace\n',
    );
    await go('rules?state=off');
    await button.click();
    await page.getByText('No rule is like that').waitFor();
    expect(existsSync(join(data, 'rules', '3-switches.yaml'))).toBe(false);
    const { entries } = await askApi<{ entries: { action: string; target: string }[] }>(
      server,
      data,
      '/api/v1/audit?limit=2',
    );
    expect(entries.map(({ action, target }) => `${action} ${target}`)).toEqual([
      'rule.switch Reads marked file',
      'rule.switch Reads marked file',
    ]);
  }, 60_000);

  test('an own rule is written, kept over a look elsewhere, saved, and the version before comes back', async () => {
    await go('rules?edit=1');
    await page.locator('.editor-state', { hasText: 'Accepted' }).or(page.locator('.problems')).waitFor();
    const own = `- rule: Mine ${markup.slice(0, 28)}\n  desc: d\n  condition: evt.type = mkdirat\n  output: "o"\n  priority: INFO\n`;
    await text().fill(own);
    await page.locator('.editor-state', { hasText: 'Accepted: 1 rule' }).waitFor();
    await page.getByRole('link', { name: 'All rules' }).click();
    await page.getByRole('link', { name: 'Own rules' }).click();
    expect(await text().inputValue()).toBe(own);
    await saved();
    await page.getByRole('button', { name: 'Save', exact: true }).isDisabled();
    await text().fill(`${own}# changed\n`);
    await page.locator('.editor-state', { hasText: 'Accepted: 1 rule' }).waitFor();
    await page.keyboard.press('Control+s');
    await page.getByRole('button', { name: 'Save', exact: true, disabled: true }).waitFor();
    await page.getByRole('button', { name: 'Take the version before' }).click();
    expect(await text().inputValue()).toBe(own);
    // Somebody else saves meanwhile: nothing of theirs is overwritten.
    const { revision } = await askApi<{ revision: string }>(server, data, '/api/v1/rule-files');
    await askApi(server, data, '/api/v1/rule-files/own', {
      method: 'PUT',
      body: { text: `${own}# theirs\n`, revision },
    });
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.locator('.failure', { hasText: 'changed meanwhile' }).waitFor();
  }, 60_000);

  test('who may only look sees rules, and changes none, whatever is sent', async () => {
    const user = { name: 'vera', role: 'view', password };
    await askApi(server, data, '/api/v1/users', { method: 'POST', body: user });
    const context = await browser.newContext();
    const other = await context.newPage();
    await other.goto(server.api);
    await signIn(other, 'vera');
    await go('rules', other);
    expect(await other.getByRole('switch').count()).toBe(0);
    await go('rules?edit=1', other);
    expect(await other.locator('textarea').count()).toBe(0);
    const statuses = await other.evaluate(async () => {
      const { csrf } = (await (await fetch('/api/v1/session')).json()) as { csrf: string };
      const send = async (method: string, path: string, body: unknown): Promise<number> =>
        (
          await fetch(`/api/v1/${path}`, {
            method,
            headers: { 'x-lanner-csrf': csrf, 'content-type': 'application/json' },
            body: JSON.stringify(body),
          })
        ).status;
      return [
        await send('PUT', 'rules/Reads%20marked%20file/enabled', { enabled: false }),
        await send('PUT', 'rule-files/own', { text: '', revision: '' }),
        await send('POST', 'rule-files/check', { text: '' }),
      ];
    });
    expect(statuses).toEqual([403, 403, 403]);
    await context.close();
  }, 60_000);

  test.each([1440, 390])(
    'nothing breaks on hostile names, is wider than its window or has something that axe finds wrong: %d wide',
    async (wide) => {
      await page.setViewportSize({ width: wide, height: 860 });
      for (const view of views) {
        await go(view);
        await page.locator('.panel, .empty').first().waitFor();
        const width = await page.evaluate<number>('document.documentElement.scrollWidth');
        expect(width, view).toBeLessThanOrEqual(wide);
        const found = await accessibilityInBothThemes(page, (theme) =>
          shot(`${theme}-${wide}-${view.replaceAll(/\W+/g, '-')}`),
        );
        expect(found, view).toEqual([]);
      }
      expect(complaints).toEqual([]);
    },
    90_000,
  );
});
