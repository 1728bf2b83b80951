import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { zstdDecompressSync } from 'node:zlib';
import { silentLog } from '@lanner/core';
import { afterAll, expect, test } from 'vitest';
import { fillStore, readContent } from '../../testkit/store-content.ts';
import { openSqliteStore } from './open.ts';
import { schemaVersion } from './schema.ts';

const fixtures = fileURLToPath(new URL('./fixtures', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'lanner-schema-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function contentOf(path: string, fill = false): Promise<Readonly<Record<string, unknown>>> {
  const store = await openSqliteStore({ folder: path, log: silentLog, segmentRows: 100 });
  if (fill) {
    await fillStore(store);
  }
  const content = await readContent(store);
  expect(await store.check()).toEqual([]);
  expect((await store.health()).schemaVersion).toBe(schemaVersion);
  await store.close();
  return content;
}

// Made by tools/gen-store-fixture.ts with the version that had that schema.
test.each(readdirSync(fixtures))(
  'a store of %s is migrated after a backup, and says the same',
  async (name) => {
    const version = Number(/\d+/.exec(name)?.[0]);
    const [old, fresh] = [join(folder, name), join(folder, `fresh-${name}`)];
    mkdirSync(old);
    writeFileSync(join(old, 'store.db'), zstdDecompressSync(readFileSync(join(fixtures, name))));
    const before = await contentOf(old);
    expect(before).toEqual(await contentOf(fresh, true));
    expect(readdirSync(old).includes(`store.db.schema-${version}`)).toBe(version < schemaVersion);
  },
);

test('there is a fixture of every schema', () => {
  expect(readdirSync(fixtures).sort()).toEqual(
    Array.from({ length: schemaVersion }, (_, index) => `schema-${index + 1}.db.zst`),
  );
});
