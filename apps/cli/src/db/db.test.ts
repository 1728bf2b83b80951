import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { inventoryFile, openAdvisories, sqliteInventoryStore } from '@lanner/scanner';
import { writeTar } from '@lanner/runtimes/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commands } from '../commands/registry.gen.ts';
import { testEnvironment } from '../testkit/environment.ts';

const command = commands.find(({ id }) => id === 'db')!;
const root = mkdtempSync(join(tmpdir(), 'lanner-db-command-'));
const cacheDir = join(root, 'cache');
afterAll(() => rmSync(root, { recursive: true }));

const record = {
  id: 'GHSA-1',
  modified: '2024-01-01T00:00:00Z',
  aliases: ['CVE-2024-1'],
  affected: [
    { package: { ecosystem: 'npm', name: 'a' }, ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }] }] },
  ],
};

async function run(...positionals: readonly string[]): Promise<{ code: number; out: string }> {
  const environment = testEnvironment();
  const code = await command.run(environment, { values: { 'cache-dir': cacheDir, json: true }, positionals });
  return { code, out: environment.written.out };
}

describe('lanner db', () => {
  beforeAll(() => {
    mkdirSync(join(root, 'feed/sub'), { recursive: true });
    writeFileSync(join(root, 'feed/sub/a.json'), JSON.stringify(record));
    writeFileSync(join(root, 'feed/readme.txt'), 'x');
    const withdrawn = { ...record, id: 'GHSA-2', withdrawn: '2024-01-01T00:00:00Z' };
    writeFileSync(
      join(root, 'b.tar.gz'),
      gzipSync(writeTar([{ path: 'x/b.json', content: JSON.stringify(withdrawn) }])),
    );
    writeFileSync(join(root, 'epss.csv.gz'), gzipSync('cve,epss,percentile\nCVE-2024-1,0.1,0.2\n'));
  });

  test('info says that there is nothing', async () => {
    expect(await run('info')).toEqual({ code: 1, out: '[]\n' });
  });

  test('build counts every record and makes a database', async () => {
    const { code, out } = await run(
      'build',
      join(root, 'feed'),
      join(root, 'b.tar.gz'),
      join(root, 'epss.csv.gz'),
    );
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      feeds: {
        osv: { imported: 1, rejected: { withdrawn: { count: 1, examples: ['GHSA-2'] } } },
        epss: { imported: 1 },
      },
    });
    const database = openAdvisories(cacheDir)!;
    expect(database.advisoriesByPrefix('npm::', 'a')).toMatchObject([{ vulnerabilityId: 'CVE-2024-1' }]);
    expect(database.threat('CVE-2024-1')).toEqual({ epss: 0.1, percentile: 0.2 });
    database.close();
  });

  test('export and import carry it', async () => {
    const file = join(root, 'all.tar.zst');
    expect((await run('export', file)).code).toBe(0);
    expect(JSON.parse((await run('import', file)).out)).toMatchObject({
      files: ['advisories/advisories.db'],
    });
    expect(JSON.parse((await run('info')).out)).toMatchObject([{ database: 'own' }]);
  });

  test('building again matches stored inventories', async () => {
    const store = sqliteInventoryStore(join(cacheDir, inventoryFile));
    const packages = [{ name: 'a', version: '1.0.0' }];
    store.put({
      artifactId: 'x',
      name: 'x',
      packages: [],
      applications: [{ type: 'npm', filePath: 'package-lock.json', packages }],
    });
    store.close();
    await run('build', join(root, 'feed'));
    const again = sqliteInventoryStore(join(cacheDir, inventoryFile));
    expect(again.vulnerabilities('x')).toMatchObject([
      { vulnerabilities: [{ vulnerabilityId: 'CVE-2024-1' }] },
    ]);
    again.close();
  });

  test('a build that finds no advisories leaves the database as it was', async () => {
    mkdirSync(join(root, 'none'));
    writeFileSync(join(root, 'none/x.json'), '{}');
    await expect(run('build', join(root, 'none'))).rejects.toThrow(
      /no advisories were found in .*none\n {2}other: 0 imported\n {4}1 not imported/,
    );
    const database = openAdvisories(cacheDir)!;
    expect(database.advisoriesByPrefix('npm::', 'a')).toMatchObject([{ vulnerabilityId: 'CVE-2024-1' }]);
    database.close();
  });

  test('what is missing is told', async () => {
    await expect(run('build')).rejects.toThrow('needs');
    await expect(run('import')).rejects.toThrow('needs');
    await expect(run('build', join(root, 'nowhere'))).rejects.toThrow('does not exist');
    await expect(run('import', join(root, 'feed/sub/a.json'))).rejects.toThrow('cannot be imported');
  });
});
