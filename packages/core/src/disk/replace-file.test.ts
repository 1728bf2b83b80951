import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { replaceFile } from './replace-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'lanner-replace-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a file is made, then replaced, and only its owner can read it', () => {
  const path = join(folder, 'kept');
  replaceFile(path, 'one');
  replaceFile(path, 'two');
  expect(readFileSync(path, 'utf8')).toBe('two');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['kept']);
});

test("what an earlier try left half written is in nobody's way", () => {
  const path = join(folder, 'kept');
  writeFileSync(`${path}.new`, 'ha');
  replaceFile(path, 'three');
  expect(readFileSync(path, 'utf8')).toBe('three');
});
