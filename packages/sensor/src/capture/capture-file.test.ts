import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CaptureFile } from './capture-file.ts';
import { sampleThread } from './sample-capture.ts';
import { captureStats } from './stats.ts';
import { writeSyntheticCapture } from './synthetic.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lanner-capture-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test.each([true, false])('what is written can be read (compressed: %s)', async (gzip) => {
  const path = join(folder, `written-${gzip}.scap`);
  const file = new CaptureFile(path, { gzip });
  let waits = 0;
  for (let tid = 0; tid < 5000; tid++) {
    file.writer.thread({ ...sampleThread(), tid });
    if (file.isFull) {
      waits++;
      await file.drained();
      expect(file.isFull).toBe(false);
    }
  }
  await file.close();
  expect(waits).toBeGreaterThan(0);
  expect(await captureStats(path)).toMatchObject({ isGzip: gzip, threads: 5000, bytes: file.writer.bytes });
});

test.each([true, false])(
  'a file that cannot be written is an error at the next wait (compressed: %s)',
  async (gzip) => {
    const path = join(folder, 'no-such-folder', 'x.scap');
    const file = new CaptureFile(path, { gzip });
    const writeAll = async (): Promise<void> => {
      for (let tid = 0; tid < 50_000; tid++) {
        file.writer.thread({ ...sampleThread(), tid });
        if (file.isFull) {
          await file.drained();
        }
      }
      await file.close();
    };
    await expect(writeAll()).rejects.toMatchObject({ code: 'file.write', details: { path } });
    await expect(file.close()).rejects.toMatchObject({ code: 'file.write' });
  },
);

test('a synthetic capture is the same for the same seed, and has what a benchmark needs', async () => {
  const write = async (name: string, seed: number): Promise<Buffer> => {
    const path = join(folder, name);
    await writeSyntheticCapture(path, { events: 15_000, paths: 300, processes: 100, seed, gzip: false });
    return readFileSync(path);
  };
  const first = await write('a.scap', 1);
  expect(Buffer.compare(await write('b.scap', 1), first)).toBe(0);
  expect(Buffer.compare(await write('c.scap', 2), first)).not.toBe(0);
  const stats = await captureStats(join(folder, 'a.scap'));
  expect(stats.failure).toBeNull();
  expect(stats.events).toBe(14_900);
  const files = (stats.types.get('SYSCALL_OPENAT_2_X') ?? 0) + (stats.types.get('SYSCALL_CLOSE_X') ?? 0);
  expect(files / stats.events).toBeGreaterThan(0.6);
  expect(stats.types.get('SYSCALL_EXECVE_19_X')).toBe(100);
});
