import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeFolder } from './make-folder.ts';

let base: string;

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'make-folder-'));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

test('a folder is made with those that it lies in, and may be there', () => {
  const folder = join(base, 'a/b/c');
  makeFolder(folder, { mode: 0o700 });
  makeFolder(folder, { mode: 0o700 });
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(statSync(join(base, 'a')).mode & 0o777).toBe(0o700);
});

test('where something else is in the way, the error says so with the hint', () => {
  writeFileSync(join(base, 'file'), '');
  expect(() => makeFolder(join(base, 'file'))).toThrow(
    'cannot be made: there is something else of that name',
  );
  expect(() => makeFolder(join(base, 'file/below'), { hint: 'Name another.' })).toThrow(
    expect.objectContaining({
      code: 'file.write',
      message: `the folder ${join(base, 'file/below')} cannot be made: a part of its path is no folder`,
      hint: 'Name another.',
    }),
  );
});

test.runIf(existsSync('/proc/self'))('a parent that takes no folders is an error, not an endless try', () => {
  expect(() => makeFolder('/proc/none/below')).toThrow('cannot be made');
});
