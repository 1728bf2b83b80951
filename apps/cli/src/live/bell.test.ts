import { fstatSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Bell } from './bell.ts';

test('a bell writes the number 1 to its descriptor, and nothing once it has been closed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lanner-bell-'));
  const path = join(folder, 'rung');
  const bell = new Bell();
  // Nobody blocks yet.
  bell.ring();
  const fd = openSync(path, 'a');
  bell.hang(fd);
  bell.ring();
  bell.ring();
  expect(new BigUint64Array(new Uint8Array(readFileSync(path)).buffer)).toEqual(BigUint64Array.of(1n, 1n));
  bell.close();
  expect(() => fstatSync(fd)).toThrow('EBADF');
  bell.ring();
  bell.close();
  expect(readFileSync(path)).toHaveLength(16);
  rmSync(folder, { recursive: true });
});
