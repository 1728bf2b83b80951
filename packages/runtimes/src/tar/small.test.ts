import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '@lanner/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { writeTar } from '../testkit/index.ts';
import { readSmallTar } from './small.ts';

function archive(format: string, files: Record<string, string>): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'lanner-tar-'));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  const bytes = execFileSync('tar', ['-C', folder, `--format=${format}`, '-cf', '-', ...Object.keys(files)]);
  rmSync(folder, { recursive: true });
  return bytes;
}

test.each(['ustar', 'gnu', 'pax'])('reads the files of a %s archive, long names included', (format) => {
  const long = `${'d'.repeat(90)}/${'e'.repeat(60)}.yaml`;
  const files = { 'a.yaml': '- rule', [long]: 'x'.repeat(2000) };
  const read = readSmallTar(archive(format, files)).map(({ path, content }) => [path, content.toString()]);
  expect(Object.fromEntries(read)).toEqual(files);
});

test('refuses paths that lead out, and archives that end early', () => {
  const bytes = archive('ustar', { 'ab.yaml': 'x'.repeat(600) });
  const outside = writeTar([{ path: '../ab.yaml', content: 'x' }]);
  expect(() => readSmallTar(outside)).toThrow('outside of itself');
  expect(() => readSmallTar(bytes.subarray(0, 1000))).toThrow('ends in the middle');
});

test('noise gives files or an AppError', () => {
  const bytes = archive('gnu', { 'a.yaml': 'hello' });
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(1023), fc.nat(255)), { maxLength: 20 }), (changes) => {
      const damaged = Buffer.from(bytes);
      changes.forEach(([at, value]) => {
        damaged[at] = value;
      });
      try {
        readSmallTar(damaged);
      } catch (error) {
        expect(error).toBeInstanceOf(AppError);
      }
    }),
    { numRuns: 1000 },
  );
});
