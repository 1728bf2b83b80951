import { AppError } from '@lanner/core';
import { type Random, randomNumbers } from '@lanner/core/testkit';
import type { BoltBucket } from './bucket.ts';
import { BoltDatabase } from './database.ts';
import { memorySource } from './source.ts';
import { contentOf, type Tree } from './testkit/content.ts';
import { writeBolt } from './writer.ts';

export interface FuzzBoltReport {
  readonly inputs: number;
  /** Inputs that were found to be damaged. */
  readonly damaged: number;
}

/**
 * Reads files that were sound until some of their bytes were changed. Only AppError may be thrown, and the work is
 * bounded by the size of the file. Throws an Error with the input in base64 otherwise.
 */
export function fuzzBolt(inputs: number, seed: number, corpus: readonly Uint8Array[] = []): FuzzBoltReport {
  const random = randomNumbers(seed);
  const files = [...corpus, ...sampleFiles()];
  let damaged = 0;
  for (let i = 0; i < inputs; i++) {
    const file = damage(files[random(files.length)] ?? Buffer.alloc(0), random);
    try {
      damaged += readAll(file) ? 0 : 1;
    } catch (error) {
      throw new Error(`a file is not stood: ${Buffer.from(file).toString('base64')}`, { cause: error });
    }
  }
  return { inputs, damaged };
}

/** Whether the file could be read to its end. */
function readAll(file: Uint8Array): boolean {
  let entries = 0;
  // Buckets may point to each other, so their number is bounded here and by callers.
  function visit(bucket: BoltBucket, depth: number): void {
    for (const { key, bucket: inner } of bucket.entries()) {
      if (++entries > 20_000) {
        return;
      }
      bucket.get(key);
      if (inner !== null && depth < 4) {
        visit(inner, depth + 1);
      }
    }
  }
  try {
    const database = new BoltDatabase(memorySource(file), { cacheBytes: 65_536 });
    visit(database.root, 0);
    return true;
  } catch (error) {
    if (error instanceof AppError) {
      return false;
    }
    throw error;
  }
}

function sampleFiles(): Buffer[] {
  const names = Array.from({ length: 300 }, (_, i) => `package-${i}`);
  const trees: Tree[] = [
    {},
    { a: { b: { c: 'd' } }, long: 'x'.repeat(9000) },
    { bucket: Object.fromEntries(names.map((name) => [name, { 'CVE-1': '{"FixedVersion":"1"}' }])) },
  ];
  return trees.map((tree) => {
    const chunks = new Map<number, Uint8Array>();
    writeBolt((bytes, offset) => chunks.set(offset, bytes), contentOf(tree));
    return Buffer.concat([...chunks].sort(([a], [b]) => a - b).map(([, bytes]) => bytes));
  });
}

/** Changes mostly headers of pages and elements, where the structure lies. */
function damage(file: Uint8Array, random: Random): Buffer {
  const copy = Buffer.from(file);
  const pages = Math.max(1, Math.floor(copy.length / 4096) - 2);
  for (let i = random(6); i >= 0 && copy.length > 0; i--) {
    const page = (2 + random(pages)) * 4096;
    const at = random(8) === 0 ? random(copy.length) : page + random(random(2) === 0 ? 32 : 512);
    const interesting = [0, 1, 2, 3, 0x7f, 0xff, random(256)];
    copy[Math.min(at, copy.length - 1)] = interesting[random(interesting.length)] ?? 0;
  }
  return random(20) === 0 ? copy.subarray(0, random(copy.length + 1)) : copy;
}
