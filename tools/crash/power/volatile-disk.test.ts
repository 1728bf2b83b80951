import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { SeededRandom } from '../../../packages/hub/src/testkit/seeded-random.ts';
import { sectorBytes, VolatileDisk } from './volatile-disk.ts';

const folder = mkdtempSync(join(tmpdir(), 'lanner-disk-'));
afterAll(() => rmSync(folder, { recursive: true }));
let count = 0;

function newDisk(cacheBytes?: number): { disk: VolatileDisk; content: () => string } {
  const path = join(folder, String(count++));
  const disk = new VolatileDisk(path, 8 * sectorBytes, cacheBytes);
  // One letter a sector.
  const content = (): string =>
    Array.from({ length: 8 }, (_, sector) => {
      const byte = readFileSync(path)[sector * sectorBytes];
      return byte === 0 ? '.' : String.fromCharCode(byte ?? 0);
    }).join('');
  return { disk, content };
}

const sectors = (text: string): Buffer =>
  Buffer.concat(Array.from(text, (letter) => Buffer.alloc(sectorBytes, letter)));

test('what was written is read back, newest first, and is on the disk only when it was flushed', () => {
  const { disk, content } = newDisk();
  disk.write(sectorBytes, sectors('abc'));
  disk.write(2 * sectorBytes, sectors('x'));
  expect(disk.read(0, 8 * sectorBytes)).toEqual(
    Buffer.concat([Buffer.alloc(sectorBytes), sectors('axc'), Buffer.alloc(4 * sectorBytes)]),
  );
  expect(content()).toBe('........');
  disk.flush();
  expect([content(), disk.flushes]).toEqual(['.axc....', 1]);
  disk.close();
});

test('a cut forgets what was not flushed', () => {
  const { disk, content } = newDisk();
  disk.write(0, sectors('ab'));
  disk.flush();
  disk.write(sectorBytes, sectors('cd'));
  expect(disk.cut(() => 0)).toEqual({ writes: 1, kept: 0 });
  expect(content()).toBe('ab......');
  expect(disk.read(sectorBytes, sectorBytes)).toEqual(sectors('b'));
  disk.close();
});

test('a cut may keep any of the writes, and parts of them; what was flushed stays unless it is written over', () => {
  const random = new SeededRandom(1);
  const seen = new Set<string>();
  for (let i = 0; i < 300; i++) {
    const { disk, content } = newDisk();
    disk.write(0, sectors('ab'));
    disk.flush();
    disk.write(sectorBytes, sectors('cd'));
    disk.write(4 * sectorBytes, sectors('e'));
    disk.cut(() => random.fraction());
    expect(content()).toMatch(/^a[bc][.d][.][.e][.]{3}$/);
    seen.add(content());
    disk.close();
  }
  // Each of the three sectors is the old or the new one, whatever became of the others.
  expect(seen.size).toBe(8);
});

test('the cache has a limit: what is oldest goes to the disk by itself', () => {
  const { disk, content } = newDisk(3 * sectorBytes);
  for (const [sector, letter] of ['a', 'b', 'c', 'd', 'e'].entries()) {
    disk.write(sector * sectorBytes, sectors(letter));
  }
  expect(content()).toBe('ab......');
  expect(disk.cut(() => 0).writes).toBe(3);
  expect(content()).toBe('ab......');
  disk.close();
});
