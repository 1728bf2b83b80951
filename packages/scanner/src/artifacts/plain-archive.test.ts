import { randomFillSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { writeTar } from '@lanner/runtimes/testkit';
import { expect, test } from 'vitest';
import { defaultLimits } from './limits.ts';
import { plainArchive } from './plain-archive.ts';
import { temporaryFolder } from './testkit/temporary.ts';

test('a packed archive is unpacked beside it, whole', async () => {
  const folder = temporaryFolder();
  const tar = writeTar([{ path: 'a', content: randomFillSync(Buffer.alloc(3 * 2 ** 20)) }]);
  writeFileSync(join(folder, 'packed'), gzipSync(tar, { level: 1 }));
  const archive = await plainArchive(join(folder, 'packed'), {
    limits: defaultLimits,
    temporaryFolder: folder,
  });
  expect(readFileSync(archive.path).equals(tar)).toBe(true);
});

test('a plain archive is read where it is', async () => {
  const path = join(temporaryFolder(), 'plain');
  writeFileSync(path, writeTar([{ path: 'a', content: 'a' }]));
  const limits = { limits: defaultLimits, temporaryFolder: temporaryFolder() };
  expect((await plainArchive(path, limits)).path).toBe(path);
});
