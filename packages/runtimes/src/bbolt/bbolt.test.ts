import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '@lanner/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fuzzBolt } from './bbolt.fuzz.ts';
import { BoltDatabase } from './database.ts';
import { memorySource } from './source.ts';
import { contentOf, type Tree, treeOf } from './testkit/content.ts';
import { writeBolt, writeBoltFile } from './writer.ts';

function written(tree: Tree): Buffer {
  let file = Buffer.alloc(0);
  writeBolt((bytes, offset) => {
    if (file.length < offset + bytes.length) {
      file = Buffer.concat([file, Buffer.alloc(offset + bytes.length - file.length)]);
    }
    file.set(bytes, offset);
  }, contentOf(tree));
  return file;
}

function open(tree: Tree, cacheBytes?: number): BoltDatabase {
  return new BoltDatabase(memorySource(written(tree)), cacheBytes === undefined ? {} : { cacheBytes });
}

const many = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`key-${i}`, `value ${i}`]));

describe('what was written is read again', () => {
  test.each<[string, Tree]>([
    ['nothing', {}],
    ['values', { a: '1', b: '' }],
    ['an inline bucket', { a: { b: 'c' }, empty: {} }],
    ['buckets in buckets', { a: { b: { c: { d: 'e' } } } }],
    ['a tree of several levels', { many }],
    ['many inline buckets', Object.fromEntries(Object.keys(many).map((key) => [key, { id: key }]))],
    ['values of several pages', { a: 'x'.repeat(50_000), b: 'y'.repeat(4096), c: 'z' }],
  ])('%s', (_name, tree) => {
    expect(treeOf(open(tree).root)).toEqual(tree);
  });

  test('any tree', () => {
    const key = fc.string({ minLength: 1, maxLength: 12 }).filter((text) => text !== '__proto__');
    const { tree } = fc.letrec<{ tree: Tree; value: string | Tree }>((tie) => ({
      tree: fc.dictionary(key, tie('value'), { maxKeys: 30, noNullPrototype: true }),
      value: fc.oneof({ maxDepth: 3 }, fc.string({ maxLength: 3000 }), tie('tree')),
    }));
    fc.assert(
      fc.property(tree, (any) => {
        const { root } = open(any);
        expect(treeOf(root)).toEqual(any);
        for (const [name, value] of Object.entries(any)) {
          expect(typeof value === 'string' ? root.get(name)?.toString() : root.bucket(name)).toEqual(
            typeof value === 'string' ? value : expect.anything(),
          );
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('looking up', () => {
  const { root } = open({
    'npm::a': { left: { id: '1' } },
    'npm::b': { right: {} },
    pip: { x: { y: 'z' } },
    many,
  });

  test('values, buckets and paths; null for what is not there', () => {
    expect(root.path('many')?.get('key-4711')?.toString()).toBe('value 4711');
    expect(root.path('pip', 'x')?.get('y')?.toString()).toBe('z');
    expect(root.get('many')).toBeNull();
    expect(root.bucket('none')).toBeNull();
    expect(root.path('many')?.get('key-99999')).toBeNull();
    expect(root.path('pip', 'x', 'y', 'w')).toBeNull();
  });

  test('by prefix', () => {
    expect(Array.from(root.withPrefix('npm::'), ({ key }) => key.toString())).toEqual(['npm::a', 'npm::b']);
    const keys = Array.from(root.bucket('many')!.withPrefix('key-499'), ({ key }) => key.toString());
    expect(keys).toEqual(
      Object.keys(many)
        .filter((key) => key.startsWith('key-499'))
        .sort(),
    );
  });

  test('the cache keeps to its limit', () => {
    const database = open({ many }, 16_384);
    treeOf(database.root);
    const { reads, evictions } = database.stats();
    expect(reads).toBeGreaterThan(20);
    expect(evictions).toBe(reads - 4);
  });
});

describe('a damaged file', () => {
  const sound = written({ many, small: { a: 'b' } });

  function damagedAt(change: (file: Buffer) => void): BoltDatabase {
    const file = Buffer.from(sound);
    change(file);
    return new BoltDatabase(memorySource(file));
  }

  test('one sound meta page is enough', () => {
    expect(treeOf(damagedAt((file) => file.fill(0, 0, 4096)).root)).toHaveProperty('many');
    expect(treeOf(damagedAt((file) => file.fill(0, 4096, 8192)).root)).toHaveProperty('many');
    expect(() => damagedAt((file) => file.fill(0, 0, 8192))).toThrow('no sound meta page');
  });

  test('a page that is its own child is found', () => {
    // The root of `many` is a branch; its first child becomes the branch itself.
    const branch = Array.from({ length: sound.length / 4096 }, (_, i) => i).find(
      (id) => id > 2 && sound.readUInt16LE(id * 4096 + 8) === 1,
    )!;
    const database = damagedAt((file) => file.writeBigUInt64LE(BigInt(branch), branch * 4096 + 24));
    expect(() => treeOf(database.root)).toThrow(AppError);
  });

  test('a file that ends early is told', () => {
    const database = new BoltDatabase(memorySource(sound.subarray(0, sound.length - 4096 * 5)));
    expect(() => treeOf(database.root)).toThrow(AppError);
  });

  test('whatever is changed gives data or an AppError', () => {
    expect(fuzzBolt(400, 1).damaged).toBeGreaterThan(0);
  });
});

test('files on disk are read page by page', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lanner-bbolt-'));
  const path = join(folder, 'a.db');
  writeBoltFile(path, contentOf({ many }));
  const database = BoltDatabase.open(path);
  expect(database.stats().reads).toBe(0);
  expect(database.root.path('many')?.get('key-7')?.toString()).toBe('value 7');
  expect(database.stats().reads).toBeLessThanOrEqual(4);
  expect(database.currentTransaction()).toBe(database.transaction);
  database.close();
  rmSync(folder, { recursive: true });
  expect(() => BoltDatabase.open(path)).toThrow('cannot be read');
});
