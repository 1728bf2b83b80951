import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '@lanner/core';
import { afterAll } from 'vitest';
import { openSqliteStore } from './sqlite/open.ts';
import { storeContract } from './store.contract.ts';

const folder = mkdtempSync(join(tmpdir(), 'lanner-store-'));
let count = 0;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

storeContract('SQLite', (options) =>
  openSqliteStore({ ...options, folder: join(folder, String(++count)), segmentRows: 70, log: silentLog }),
);
