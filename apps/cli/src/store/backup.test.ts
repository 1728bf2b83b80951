import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DataBench } from './testkit/data-bench.ts';

const bench = new DataBench();

describe('lanner store backup', () => {
  test('copies all that belongs together while alerts come in, readable by its owner only', async () => {
    bench.fill();
    const store = await bench.open();
    writeFileSync(join(bench.data, 'agents-authority.pem'), 'key');
    writeFileSync(join(bench.data, 'running.json'), '{}');
    const target = bench.path('backup');
    const coming = bench.append(store, bench.moreAlerts);
    const made = await bench.run(['backup', target, '--json']);
    await coming;
    expect(made.code).toBe(0);
    const { alerts, problems } = JSON.parse(made.out) as { alerts: number; problems: string[] };
    // Before or after all that came at once.
    expect([500, 1000]).toContain(alerts);
    expect(problems).toEqual([]);
    const manifest = JSON.parse(readFileSync(join(target, 'manifest.json'), 'utf8')) as {
      files: { name: string; sha256: string; bytes: number }[];
    };
    expect(manifest).toMatchObject({
      ...{ format: 1, version: '1.2.3', createdAt: '1970-01-01T00:00:00.000Z', schemaVersion: 2 },
      ...{ alerts, problems: 0 },
    });
    const names = manifest.files.map(({ name }) => name);
    expect(names).toEqual(['store.db', 'agents-authority.pem', 'admin-token']);
    expect(readdirSync(target).sort()).toEqual([...names, 'manifest.json'].sort());
    for (const name of readdirSync(target)) {
      expect(statSync(join(target, name)).mode & 0o777).toBe(0o600);
    }
    expect(statSync(target).mode & 0o777).toBe(0o700);
  });

  test('wants a folder that does not exist, and leaves none behind when there is nothing to copy', async () => {
    const target = bench.path('backup');
    const nothing = await bench.run(['backup', target], bench.path('none'));
    expect(nothing.code).toBe(1);
    expect(nothing.err).toContain('there is no store');
    expect(existsSync(target)).toBe(false);
    bench.fill();
    expect((await bench.run(['backup', target])).code).toBe(0);
    const again = await bench.run(['backup', target]);
    expect(again.code).toBe(1);
    expect(again.err).toContain('Give a folder that does not exist');
    expect((await bench.run(['backup'])).code).toBe(2);
  });

  test('damage goes into the backup, and is told', async () => {
    bench.fill();
    bench.damage('DELETE FROM block');
    const target = bench.path('backup');
    const made = await bench.run(['backup', target, '--json']);
    expect(made.code).toBe(1);
    expect(JSON.parse(readFileSync(join(target, 'manifest.json'), 'utf8'))).toMatchObject({ problems: 2 });
  });
});
