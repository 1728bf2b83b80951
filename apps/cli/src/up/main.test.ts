import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { startSummary } from '../server/summary.ts';
import { testEnvironment } from '../testkit/environment.ts';
import { up } from './main.ts';

vi.mock('../server/summary.ts', { spy: true });

const folder = mkdtempSync(join(tmpdir(), 'lanner-up-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('rules that are not accepted end it, with the summary that asks its store', async () => {
  const rules = join(folder, 'rules.yaml');
  writeFileSync(rules, '- rule: [\n');
  const close = vi.fn(() => Promise.resolve());
  vi.mocked(startSummary).mockReturnValue({ close });
  const environment = testEnvironment({ errIsTerminal: true, env: { LISTENPORT: '0' } });
  const data = join(folder, 'data');
  const values = { data, listen: '127.0.0.1:0', 'no-scan': true, rules: [rules] };
  await expect(up(environment, { values, positionals: [] })).rejects.toMatchObject({ code: 'rules.invalid' });
  expect(startSummary).toHaveBeenCalledOnce();
  expect(close).toHaveBeenCalledOnce();
});
