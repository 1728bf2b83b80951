import { silentLog } from '@lanner/core';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { watchPaths } from './watch.ts';

const folder = mkdtempSync(join(tmpdir(), 'lanner-watch-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function changed(counter: () => number, wanted: number): Promise<boolean> {
  for (let i = 0; i < 500 && counter() < wanted; i++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return counter() >= wanted;
}

test('a change right before the targets are set anew is not lost', async () => {
  const file = join(folder, 'kept.yaml');
  writeFileSync(file, '1');
  let changes = 0;
  const count = (): void => {
    changes++;
  };
  const watcher = watchPaths({ files: [file], folders: [] }, count, silentLog);
  writeFileSync(file, '2');
  watcher.retarget({ files: [file], folders: [] });
  expect(await changed(() => changes, 1)).toBe(true);
  watcher.close();
});

test('what is no longer a target is not told, what has become one is', async () => {
  const old = join(folder, 'old');
  const fresh = join(folder, 'fresh');
  mkdirSync(old);
  mkdirSync(fresh);
  let changes = 0;
  const count = (): void => {
    changes++;
  };
  const watcher = watchPaths({ files: [join(old, 'a')], folders: [] }, count, silentLog);
  watcher.retarget({ files: [], folders: [fresh] });
  writeFileSync(join(old, 'a'), '1');
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(changes).toBe(0);
  writeFileSync(join(fresh, 'b'), '1');
  expect(await changed(() => changes, 1)).toBe(true);
  watcher.close();
});
