import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from './testkit/temporary.ts';
import { writeChunks } from './write-chunks.ts';

test('each chunk is on disk before its memory is used again', async () => {
  async function* reused(): AsyncGenerator<Buffer> {
    const memory = Buffer.alloc(3);
    for (const letter of 'abcd') {
      await Promise.resolve();
      yield memory.fill(letter);
    }
  }
  const path = join(temporaryFolder(), 'file');
  await writeChunks(reused(), path);
  expect(readFileSync(path, 'latin1')).toBe('aaabbbcccddd');
});

test('what the source throws comes out', async () => {
  async function* broken(): AsyncGenerator<Buffer> {
    await Promise.resolve();
    yield Buffer.from('a');
    throw new Error('the disk is gone');
  }
  await expect(writeChunks(broken(), join(temporaryFolder(), 'file'))).rejects.toThrow('the disk is gone');
});
