import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { OptionValues } from '../command.ts';
import { testEnvironment } from '../testkit/environment.ts';
import { cost, type CostReport } from './cost.ts';

const capture = fileURLToPath(
  new URL('../../../../conformance/fixtures/workload1-host.scap', import.meta.url),
);
const rules = `
- rule: Réad shadow
  desc: A password file was read.
  condition: evt.type in (open, openat) and evt.is_open_read = true and fd.name = /etc/shadow and not proc.name = sshd
  output: read %fd.name
  priority: NOTICE
- rule: Any start
  desc: A program started.
  condition: evt.type = execve and proc.pname = bash
  output: start %proc.name %proc.vmsize
  priority: NOTICE
- rule: Off
  desc: Not run.
  condition: evt.type = read
  output: read
  priority: NOTICE
  enabled: false
`;

async function run(values: OptionValues = {}, text = rules): Promise<string> {
  const work = mkdtempSync(join(tmpdir(), 'lanner-cost-'));
  const path = join(work, 'rules.yaml');
  writeFileSync(path, text);
  const environment = testEnvironment();
  try {
    expect(await cost(environment, { values, positionals: [path] })).toBe(0);
  } finally {
    rmSync(work, { recursive: true });
  }
  return environment.written.out;
}

test('what each rule needs is one line, and what stays in user space has its reason', async () => {
  const out = await run({ descriptors: 'verified' });
  expect(out).toMatch(/^RULE +EVENTS +IN KERNEL +IN USER SPACE +STATE\n/);
  expect(out).toMatch(/^Réad shadow +open openat +2 checks +1 checks +-$/m);
  expect(out).toMatch(/^Any start +execve\* +0 checks +1 checks +memory$/m);
  expect(out).toMatch(/^2 +the process table has the value, not the event$/m);
  expect(out).not.toContain('Off');
  expect(out).toMatch(/Descriptors: verified\. Paths: \d+ states/);
});

test('descriptors whose history is needed cost more state', async () => {
  expect(await run({ descriptors: 'history' })).toMatch(
    /^Réad shadow +open openat +2 checks +1 checks +files, closing$/m,
  );
});

test('a capture shows how much is removed, for each rule and for each event', async () => {
  const report = JSON.parse(await run({ capture, json: true })) as CostReport;
  const [shadow, start] = report.rules;
  expect(shadow).toMatchObject({
    rule: 'Réad shadow',
    events: [
      { name: 'open', filter: 'test' },
      { name: 'openat', filter: 'test' },
    ],
    pushed: ['evt.is_open_read = true', 'fd.name = /etc/shadow'],
    kept: [{ check: 'proc.name = sshd', reason: 'the process table has the value, not the event' }],
  });
  expect(shadow?.passed).toBeGreaterThan(0);
  expect(shadow?.passed).toBeLessThan((shadow?.offered ?? 0) / 10);
  expect(start?.passed).toBe(start?.offered);
  const { capture: summary } = report;
  expect(summary?.events).toBeGreaterThan(summary?.passed ?? 0);
  expect(summary?.types.find(({ name }) => name === 'read')).toMatchObject({ passed: 0 });
  expect(summary?.corePercent).toBeLessThan(summary?.corePercentUnfiltered ?? 0);
  expect(await run({ capture })).toMatch(/^all +\d+ +\d+ +\d+\.\d %$/m);
});

test('rules that cannot be loaded, and captures that are none, are refused', async () => {
  await expect(run({}, '- rule: x\n')).rejects.toThrow('LOAD_ERR_YAML_VALIDATE');
  await expect(run({ capture: '/dev/null' })).rejects.toThrow(
    expect.objectContaining({ code: 'capture.format' }),
  );
});
