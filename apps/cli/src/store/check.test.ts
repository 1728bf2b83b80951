import { mkdirSync, openSync, closeSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DataBench } from './testkit/data-bench.ts';

const bench = new DataBench();

describe('lanner store check', () => {
  test('finds nothing in a whole store, also while a server writes to it', async () => {
    bench.fill();
    const checked = await bench.run(['check', '--words', '--json']);
    expect(JSON.parse(checked.out)).toMatchObject({
      schemaVersion: 2,
      alerts: 500,
      problems: [],
      advice: [],
    });
    expect(checked.code).toBe(0);
    const store = await bench.open();
    const coming = bench.append(store, bench.moreAlerts);
    const meanwhile = await bench.run(['check', '--words']);
    await coming;
    expect(meanwhile.out).toMatch(/(500|1000) alerts\nnothing is damaged\n$/);
    expect((await bench.run(['check'])).out).toContain('1000 alerts\nnothing is damaged\n');
  });

  test.each([
    ['a packed block', 'UPDATE block SET records = zeroblob(200) WHERE id = 64', 'alerts 1 to 256: '],
    ['a missing block', 'DELETE FROM block WHERE id = 65', 'alerts 257 to 300: the block is missing'],
    ['the columns of a segment', 'UPDATE segment SET columns = zeroblob(90)', 'columns of segment 1: '],
    ['a page of words', 'UPDATE word_page SET words = zeroblob(9) WHERE id = 65536', 'words of segment 1: '],
    ['a missing page', 'DELETE FROM word_page WHERE id = 65537', 'words of segment 1: page 1 is missing'],
    [
      'an alert that is not packed',
      'UPDATE tail SET record = zeroblob(50) WHERE position = 310',
      'alert 310: ',
    ],
    ['a value', 'DELETE FROM word WHERE kind = 0 AND id = 0', 'of rule is not in the dictionary'],
    ['an id', 'UPDATE alert_id SET position = 7 WHERE position = 8', 'alert 8: its id leads to 7'],
    ['a lacking id', 'DELETE FROM alert_id WHERE position = 8', 'ids: there are 499 for 500 alerts'],
    ['a group', 'UPDATE alert_group SET kept = kept + 1 WHERE fingerprint = 0', 'groups: 1 have not as many'],
    ['a document', "UPDATE document SET value = '{' WHERE kind = 'token'", 'document token t: '],
    ['the audit log', "UPDATE audit SET entry = 'x' WHERE id = 2", 'audit 2: '],
    ['a finding', 'UPDATE finding SET is_open = 1 - is_open', 'whether it is open'],
    ['a finding of nothing', 'DELETE FROM artifact', 'finding: 2 rows belong to nothing'],
  ])('names %s that is damaged', async (_what, sql, expected) => {
    bench.fill();
    bench.damage(sql);
    const { code, out } = await bench.run(['check']);
    expect(out).toContain(expected);
    expect(out).toContain('lanner store restore');
    expect(code).toBe(1);
  });

  test('words that are those of other alerts are found when they are asked for', async () => {
    bench.fill();
    bench.damage('UPDATE block SET records = (SELECT records FROM block WHERE id = 64) WHERE id = 64');
    expect((await bench.run(['check', '--words'])).code).toBe(0);
    bench.damage(`
      CREATE TEMP TABLE two AS SELECT id, words FROM word_page ORDER BY id DESC LIMIT 1;
      DELETE FROM word_page WHERE id IN (SELECT id FROM two);
      UPDATE segment SET firsts = (SELECT firsts FROM segment);
    `);
    expect((await bench.run(['check', '--words'])).out).toContain('words of segment 1');
  });

  test('a damaged page is told with what to do', async () => {
    bench.fill();
    const file = openSync(join(bench.data, 'store/store.db'), 'r+');
    writeSync(file, Buffer.alloc(4096, 0x5a), 0, 4096, 4096 * 5);
    closeSync(file);
    const { code, out } = await bench.run(['check', '--json']);
    const { broken, problems, advice } = JSON.parse(out) as Record<string, readonly string[]>;
    expect(code).toBe(1);
    expect(broken).toBe(true);
    expect(problems?.length).toBeGreaterThan(0);
    expect(advice?.[0]).toContain('Restart the server');
  });

  test('what is no database at all is told, and so is a store of a later version', async () => {
    bench.fill();
    bench.damage('PRAGMA user_version = 99');
    expect(await bench.run(['check'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('schema 99') as string,
    });
    writeFileSync(join(bench.data, 'store/store.db'), 'x'.repeat(5000));
    expect(await bench.run(['check'])).toMatchObject({
      code: 1,
      out: expect.stringContaining('damaged: file') as string,
    });
  });

  test('a folder without a store is named, and an empty store is whole', async () => {
    const none = await bench.run(['check'], bench.path('none'));
    expect(none.code).toBe(1);
    expect(none.err).toContain('there is no store');
    mkdirSync(join(bench.data, 'store'), { recursive: true });
    writeFileSync(join(bench.data, 'store/store.db'), '');
    expect(await bench.run(['check'])).toMatchObject({ code: 0 });
  });

  test('an authority that is missing or damaged is told while agents trust it', async () => {
    bench.fill();
    bench.damage("INSERT INTO document VALUES ('agent', 'a', '{}', 1, 0)");
    const missing = await bench.run(['check']);
    expect(missing.code).toBe(1);
    expect(missing.out).toContain('agents-authority.pem: it is missing, and 1 agents are enrolled');
    writeFileSync(join(bench.data, 'agents-authority.pem'), 'nothing');
    expect((await bench.run(['check'])).out).toContain('agents-authority.pem: the authority of agents');
  });
});
