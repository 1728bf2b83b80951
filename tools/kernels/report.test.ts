import { readFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { expect, test } from 'vitest';
import type { GuestRun } from './guest.ts';
import { type KernelResult, reportPage, resultOf } from './report.ts';
import results from '../../docs/kernels/results.json' with { type: 'json' };

const run: GuestRun = {
  exitCode: 1,
  output: '{"ok":false,"seen":1,"missing":["mount"],"latencyMs":{"p50":1,"p99":2.5}}\n',
  errors: '',
  containers: { v2: true, hybrid: true, v1: false },
  console: 'Booting\nlast words\n',
  seconds: 61.4,
};

test('a run with figures is a row, and names what was not seen', () => {
  const result = resultOf('linux-image-6.1', 'amd64', run, '2026-01-02');
  const page = reportPage(new Map([['6.1-amd64', result]]));
  expect(page).toContain(
    '| linux-image-6.1 | amd64 | 1 of 2 | 2.5 | v2, hybrid, v1: no | 61 | 2026-01-02 | [log](kernels/6.1-amd64.txt) |',
  );
  expect(page).toContain('Not seen on linux-image-6.1: mount.');
});

test('a refusal is told in its own words, an early end by the last ones of the console', () => {
  const silent = { ...run, output: '', containers: {} };
  const refused = resultOf('linux-image-5.10', 'amd64', { ...silent, errors: 'error: no\n' }, '2026-01-02');
  const died = resultOf('linux-image-6.1', 'amd64', { ...silent, exitCode: null }, '2026-01-02');
  expect(refused.refusal).toBe('error: no');
  expect(died.refusal).toContain('last words');
  expect(reportPage(new Map([['5.10-amd64', refused]]))).toContain('| refused | - | - | 61 |');
});

test('the page is what the results beside it give, those of kernels that were not run the last time too', async () => {
  const path = new URL('../../docs/kernels.md', import.meta.url).pathname;
  const page = reportPage(new Map(Object.entries(results as Record<string, KernelResult>)));
  expect(await format(page, { ...(await resolveConfig(path)), filepath: path })).toBe(
    readFileSync(path, 'utf8'),
  );
});
