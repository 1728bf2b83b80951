import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { programName } from './program-name.ts';

test('a program on the PATH is called by its name, another one by the path that leads to it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lanner-path-'));
  writeFileSync(join(folder, 'lanner'), '');
  expect(programName('/src/bin/lanner.mjs', '/src', `/none:${folder}`)).toBe('lanner');
  rmSync(folder, { recursive: true });
  expect(programName('/src/bin/lanner.mjs', '/src', '/none')).toBe('bin/lanner.mjs');
  expect(programName('/src/bin/lanner.mjs', '/home', undefined)).toBe('/src/bin/lanner.mjs');
  expect(programName('/src/lanner.mjs', '/src', undefined)).toBe('/src/lanner.mjs');
});
