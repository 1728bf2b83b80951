import { existsSync } from 'node:fs';
import axe, { type AxeResults } from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';

const programs = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'];

export function whyNoBrowser(): string | null {
  return programs.some((program) => existsSync(program)) ? null : 'needs Debian’s chromium-headless-shell';
}

/** Debian's Chromium without a window; it may talk to loopback only. */
export async function openBrowser(): Promise<Browser> {
  const program = programs.find((each) => existsSync(each));
  return chromium.launch({
    ...(program === undefined ? {} : { executablePath: program }),
    chromiumSandbox: false,
    args: ['--disable-gpu', '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1'],
  });
}

/** What must not be: dialogs, errors of scripts, what the policy of the page refuses, and requests to elsewhere. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('console', (message) => {
    // Answers that refuse are told by the page itself.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
      complaints.push(`console: ${message.text()}`);
    }
  });
  page.on('request', (request) => {
    if (new URL(request.url()).hostname !== '127.0.0.1') {
      complaints.push(`request: ${request.url()}`);
    }
  });
  return complaints;
}

/** What axe finds wrong, in a line each; by these rules only where they are named. */
export async function accessibilityOf(page: Page, rules: readonly string[] = []): Promise<string[]> {
  await page.evaluate(axe.source);
  const only = rules.length === 0 ? {} : { runOnly: { type: 'rule', values: rules } };
  const { violations } = await page.evaluate<AxeResults>(
    `axe.run(document, ${JSON.stringify({ resultTypes: ['violations'], ...only })})`,
  );
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, any }) => `${id} (${help}) ${target.join(' ')} ${any[0]?.message ?? ''}`),
  );
}

/** Those that another theme can break. */
const colourRules = ['color-contrast', 'link-in-text-block'];

/** The same in the dark and in the light; `look` is told of each, such as to keep a picture. */
export async function accessibilityInBothThemes(
  page: Page,
  look: (theme: 'dark' | 'light') => Promise<void> = () => Promise.resolve(),
): Promise<string[]> {
  const found: string[] = [];
  for (const [theme, rules] of [
    ['dark', []],
    ['light', colourRules],
  ] as const) {
    await page.emulateMedia({ colorScheme: theme });
    await look(theme);
    found.push(...(await accessibilityOf(page, rules)).map((text) => `${theme}: ${text}`));
  }
  return found;
}
