import { silentLog } from '@lanner/core';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { AnalysisBuilder } from './analysis-builder.ts';
import type { LayerResult } from './layer-analyzer.ts';
import { SqliteLayerCache } from './sqlite-cache.ts';
import { temporaryFolder } from './testkit/temporary.ts';

function result(size: number): LayerResult {
  return {
    analysis: new AnalysisBuilder().build(),
    size,
    files: 1,
    problems: [],
    problemCount: 0,
    complete: true,
  };
}

function cacheAt(path: string, maxBytes = 1e6): SqliteLayerCache {
  let hours = 0;
  return new SqliteLayerCache({ path, maxBytes, now: () => new Date(3_600_000 * ++hours), log: silentLog });
}

test('gives what was put, also to another process', () => {
  const path = join(temporaryFolder(), 'a/layers.db');
  const first = cacheAt(path);
  const second = cacheAt(path);
  first.put('k', result(7));
  expect(second.get('k')).toEqual(result(7));
  expect(second.get('other')).toBeNull();
  first.close();
  second.close();
});

test('is bounded: what was not used for the longest time goes, and is counted', () => {
  const cache = cacheAt(join(temporaryFolder(), 'layers.db'), 1200);
  for (let i = 0; i < 20; i++) {
    cache.put(`k${i}`, result(i));
    cache.get('k0');
  }
  expect(cache.evicted).toBeGreaterThan(5);
  expect(cache.get('k0')).toEqual(result(0));
  expect(cache.get('k1')).toBeNull();
  expect(cache.get('k19')).toEqual(result(19));
  cache.close();
});

test('a damaged file is replaced', () => {
  const path = join(temporaryFolder(), 'layers.db');
  writeFileSync(path, 'no database at all, but long enough to be looked at'.repeat(100));
  const cache = cacheAt(path);
  cache.put('k', result(1));
  expect(cache.get('k')).toEqual(result(1));
  cache.close();
});

test('a file that is damaged behind its beginning fails no scan, and is replaced by the next', () => {
  const path = join(temporaryFolder(), 'layers.db');
  const first = cacheAt(path);
  first.put('k', result(1));
  first.close();
  const bytes = readFileSync(path);
  // The first page has what tables there are; the others have what is in them.
  writeFileSync(path, bytes.fill(0xff, 4096));
  const damaged = cacheAt(path);
  expect(damaged.get('k')).toBeNull();
  damaged.put('k', result(2));
  expect(damaged.get('k')).toBeNull();
  damaged.close();
  expect(existsSync(path)).toBe(false);
  const next = cacheAt(path);
  next.put('k', result(3));
  expect(next.get('k')).toEqual(result(3));
  next.close();
});
