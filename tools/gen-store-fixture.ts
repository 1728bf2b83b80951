// Writes a store of the present schema as a fixture: what later versions have to migrate. Run once before a schema is
// released; fixtures are never made anew.
// Usage: node tools/gen-store-fixture.ts
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { zstdCompressSync } from 'node:zlib';
import { silentLog } from '@lanner/core';
import { openSqliteStore } from '@lanner/hub';
import { fillStore } from '../packages/hub/src/testkit/store-content.ts';

const folder = mkdtempSync(join(tmpdir(), 'lanner-fixture-'));
const store = await openSqliteStore({ folder, log: silentLog, segmentRows: 100 });
await fillStore(store);
const { schemaVersion } = await store.health();
await store.backup(join(folder, 'copy'));
await store.close();
const target = fileURLToPath(
  new URL(`../packages/hub/src/store/sqlite/fixtures/schema-${schemaVersion}.db.zst`, import.meta.url),
);
if (existsSync(target)) {
  console.error(`error: ${target} exists, and a fixture that was released does not change`);
  process.exitCode = 1;
} else {
  mkdirSync(join(target, '..'), { recursive: true });
  writeFileSync(target, zstdCompressSync(readFileSync(join(folder, 'copy/store.db'))));
  console.log(target);
}
rmSync(folder, { recursive: true, force: true });
