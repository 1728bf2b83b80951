import { mkdtempSync, rmSync, truncateSync, copyFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import type { OptionValues } from '../command.ts';
import { testEnvironment } from '../testkit/environment.ts';
import { captureInfo } from './info.ts';

const fixture = fileURLToPath(
  new URL('../../../../conformance/fixtures/workload1-host.scap', import.meta.url),
);
const work = mkdtempSync(join(tmpdir(), 'lanner-capture-info-'));
afterAll(() => {
  rmSync(work, { recursive: true });
});

async function run(
  paths: string[],
  values: OptionValues = {},
): Promise<{ status: number; out: string; err: string }> {
  const environment = testEnvironment();
  const status = await captureInfo(environment, { values, positionals: paths });
  return { status, ...environment.written };
}

test('a capture is told in a few lines, the most frequent events first', async () => {
  const { status, out, err } = await run([fixture]);
  expect({ status, err }).toEqual({ status: 0, err: '' });
  expect(out).toContain('format    scap 1.2, gzip\n');
  expect(out).toMatch(/events {4}16 596 that rules see, of 16 596 recorded\n/);
  expect(out).toMatch(/Events by type\n {2}3 260 {2}GENERIC_X\n {2}2 374 {2}SYSCALL_NEWFSTATAT_X\n/);
});

test('JSON has all numbers; those that may be large are texts', async () => {
  const { out } = await run([fixture], { json: true });
  const stats = JSON.parse(out) as { events: number; types: Record<string, number>; firstTs: string };
  expect(stats).toMatchObject({ version: '1.2', isGzip: true, failure: null, machine: { cpuCount: 2 } });
  let total = 0;
  for (const count of Object.values(stats.types)) {
    total += count;
  }
  expect(total).toBe(stats.events);
  expect(stats.firstTs).toMatch(/^\d{19}$/);
});

test('damage is told behind the numbers of what came before it', async () => {
  const damaged = join(work, 'damaged.scap');
  copyFileSync(fixture, damaged);
  truncateSync(damaged, 60_000);
  const { status, out, err } = await run([damaged]);
  expect(status).toBe(1);
  expect(out).toContain('Events by type');
  expect(err).toContain('error: ');
  expect(JSON.parse((await run([damaged], { json: true })).out)).toMatchObject({
    failure: { code: 'capture.format' },
  });
});

test('a file that is no capture has no numbers', async () => {
  const path = join(work, 'text.scap');
  writeFileSync(path, 'nothing of the kind');
  const { status, out } = await run([path]);
  expect(status).toBe(1);
  expect(out).not.toContain('Events by type');
});

test('one file is wanted, and it has to exist', async () => {
  await expect(run([])).rejects.toThrow('needs one capture file');
  await expect(run([fixture, fixture])).rejects.toThrow('needs one capture file');
  await expect(run([join(work, 'absent')])).rejects.toMatchObject({ code: 'file.read' });
});
