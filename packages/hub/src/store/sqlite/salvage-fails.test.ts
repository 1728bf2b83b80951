import { mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connect } from './connection.ts';
import { endSalvage, salvage } from './salvage.ts';
import { migrate } from './schema.ts';

let folder = '';
let path = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lanner-salvage-'));
  path = join(folder, 'store.db');
  const database = connect(path, 'write');
  migrate(database);
  database.exec("INSERT INTO document VALUES ('token', 'a', '{}', 1, 0)");
  database.close();
});

afterEach(() => rmSync(folder, { recursive: true }));

test('when it fails, what was there is as before', () => {
  const database = new DatabaseSync(path);
  // Something that no later step can copy, as a disk that is full in between.
  database.exec('ALTER TABLE document ADD COLUMN more TEXT');
  database.close();
  expect(() => {
    salvage(path, 7);
  }).toThrow('more');
  expect(readdirSync(folder)).toEqual(['store.db']);
});

test('a crash at the end of it is ended by the next start', () => {
  salvage(path, 7);
  expect(readdirSync(folder).sort()).toEqual(['store.db', 'store.db.damaged-7']);
  renameSync(path, `${path}.salvaged`);
  endSalvage(path);
  expect(readdirSync(folder).sort()).toEqual(['store.db', 'store.db.damaged-7']);
  const database = new DatabaseSync(path);
  expect(database.prepare('SELECT id FROM document').all()).toEqual([{ id: 'a' }]);
  database.close();
});
