import { readFileSync, statSync } from 'node:fs';
import { exactJson, parseExactJson, type StoredAlert } from '@lanner/api';
import { describe, expect, test } from 'vitest';
import { DataBench } from './testkit/data-bench.ts';

const bench = new DataBench();

function linesOf(text: string): Record<string, unknown>[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => parseExactJson(line) as Record<string, unknown>);
}

describe('lanner store export', () => {
  test("gives alerts in the order in which they came, as Falco's JSON", async () => {
    bench.fill();
    const { code, out } = await bench.run(['export', 'alerts']);
    expect(code).toBe(0);
    const expected = bench.alerts.map(({ event }) => ({ ...event, uuid: undefined }));
    expect(linesOf(out)).toEqual(parseExactJson(exactJson(expected)));
    const [first = {}] = linesOf(out);
    expect(Object.keys(first)).toEqual(Object.keys(first).sort());
  });

  test('what goes on while it runs disturbs nothing, and little is held at once', async () => {
    bench.fill();
    const store = await bench.open();
    let taken = 0;
    const longest = { chunk: 0 };
    const { code } = await bench.run(['export', 'alerts', '--whole'], bench.data, {
      async outTaken(text) {
        longest.chunk = Math.max(longest.chunk, text.length);
        if (taken === 0) {
          await bench.append(store, bench.moreAlerts);
          await store.maintain(0);
        }
        taken += linesOf(text).length;
      },
    });
    expect(code).toBe(0);
    expect(taken).toBe(1000);
    expect(longest.chunk).toBeLessThan(300_000);
  });

  test('everything that is known of alerts comes with --whole', async () => {
    bench.fill();
    const store = await bench.open();
    const { out } = await bench.run(['export', 'alerts', '--whole']);
    const { alerts } = await store.alerts.search({}, 1000);
    const byPosition: StoredAlert[] = [...alerts].sort((a, b) => a.position - b.position);
    expect(linesOf(out)).toEqual(parseExactJson(exactJson(byPosition)));
  });

  test('gives findings with their life, and the audit log', async () => {
    bench.fill();
    const store = await bench.open();
    const findings = linesOf((await bench.run(['export', 'findings'])).out);
    const stored = await store.findings.search({ includeFixed: true }, 10);
    expect(findings).toEqual(stored.findings);
    expect(findings.map(({ id, fixedMs }) => [id, fixedMs])).toEqual([
      ['CVE-1', null],
      ['CVE-2', 2000],
    ]);
    const audit = linesOf((await bench.run(['export', 'audit'])).out);
    expect(audit).toEqual([...(await store.audit.list(10))].reverse());
  });

  test('alerts that are lost are passed over and counted', async () => {
    bench.fill();
    bench.damage(`
      UPDATE block SET records = zeroblob(100) WHERE id = 64;
      UPDATE tail SET record = zeroblob(50) WHERE position = 500;
    `);
    const lines: unknown[] = [];
    const log = {
      debug() {},
      info() {},
      warn() {},
      error: (_text: string, details: unknown) => lines.push(details),
    };
    const { code, out } = await bench.run(['export', 'alerts'], bench.data, { log });
    expect(code).toBe(1);
    expect(linesOf(out)).toHaveLength(500 - 257);
    expect(lines).toEqual([expect.objectContaining({ alerts: 257 })]);
  });

  test('writes a file that only its owner reads, and never over another', async () => {
    bench.fill();
    const file = bench.path('alerts.jsonl');
    const { code, out } = await bench.run(['export', 'alerts', '--output', file]);
    expect([code, out]).toEqual([0, '']);
    expect(linesOf(readFileSync(file, 'utf8'))).toHaveLength(500);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const again = await bench.run(['export', 'audit', '--output', file]);
    expect(again.code).toBe(1);
    expect(again.err).toContain('exists');
    expect(linesOf(readFileSync(file, 'utf8'))).toHaveLength(500);
  });

  test.each([
    [['export']],
    [['export', 'alert']],
    [['export', 'audit', '--whole']],
    [['export', 'alerts', '--words']],
  ])('%j is refused', async (args) => {
    bench.fill();
    expect((await bench.run(args)).code).toBe(2);
  });
});
