import { writeTar } from '@lanner/runtimes/testkit';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '@lanner/core';
import { TarReader } from '@lanner/runtimes';
import { parseConfig } from './image.ts';
import { parseManifest } from './manifest.ts';
import { entryPath } from './entry-path.ts';
import { Scratch } from './scratch.ts';
import { LayerAnalyzer } from './layer-analyzer.ts';
import { defaultLimits } from './limits.ts';
import { planOf, readingAnalyzer } from './testkit/plan.ts';

/**
 * Reads tar archives and manifests that were sound until some of their bytes were changed. Only AppError may be thrown,
 * no path may lead out, and nothing may be left in the temporary folder. Throws an Error with the input otherwise.
 */
export function fuzzLayers(inputs: number, seed: number): void {
  const random = randomNumbers(seed);
  const folder = mkdtempSync(join(tmpdir(), 'lanner-fuzz-'));
  try {
    for (let i = 0; i < inputs; i++) {
      const input = damage(samples[random(samples.length)] ?? Buffer.alloc(0), random);
      try {
        readLayer(input, random(2000) + 1, folder);
        readManifests(input);
      } catch (error) {
        throw new Error(`an input is not stood: ${input.toString('base64')}`, { cause: error });
      }
    }
    if (readdirSync(folder).length > 0) {
      throw new Error('files were left in the temporary folder');
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const limits = { ...defaultLimits, memoryFile: 600, memoryTree: 900, scratch: 1_000_000 };

function readLayer(input: Buffer, step: number, folder: string): void {
  const analyzer = new LayerAnalyzer({
    plan: planOf(readingAnalyzer(/[a-m]/), readingAnalyzer(/[n-z]/, 'tree')),
    scratch: new Scratch(folder, limits.scratch),
    limits,
  });
  expected(() => {
    const reader = new TarReader((entry) => {
      const path = entryPath(entry.path);
      if (path === null || entry.type !== 'file') {
        return null;
      }
      if (path.startsWith('/') || path.split('/').includes('..')) {
        throw new Error(`the path ${path} leads out`);
      }
      const info = { path, size: entry.size, mode: entry.mode };
      return analyzer.collect(info, analyzer.wanting(info));
    });
    for (let at = 0; at < input.length; at += step) {
      reader.write(input.subarray(at, at + step));
    }
    reader.end();
  });
  expected(() => analyzer.finish(true));
}

function readManifests(input: Buffer): void {
  expected(() => parseManifest(input));
  expected(() => parseConfig(input, 100));
}

function expected(action: () => unknown): void {
  try {
    action();
  } catch (error) {
    if (!(error instanceof AppError)) {
      throw error;
    }
  }
}

const digest = `sha256:${'a'.repeat(64)}`;
const samples: readonly Buffer[] = [
  writeTar([
    { path: 'etc/' },
    { path: 'etc/passwd', content: 'root:x:0:0' },
    { path: 'large', content: 'x'.repeat(1500) },
    { path: 'tree', content: 'y'.repeat(700) },
    { path: '.wh.gone' },
    { path: `${'long/'.repeat(30)}name`, content: 'z' },
    { path: 'pax', flag: 'x', content: '20 path=other/name\n12 size=3\n' },
    { path: 'short', content: 'abc' },
  ]),
  Buffer.from(
    JSON.stringify({
      config: { digest, size: 1 },
      layers: [{ digest, size: 2 }],
      manifests: [{ digest, size: 3 }],
    }),
  ),
  Buffer.from(
    JSON.stringify({ os: 'linux', history: [{ created_by: 'x' }], rootfs: { diff_ids: [digest] } }),
  ),
];

function damage(sample: Buffer, random: (below: number) => number): Buffer {
  const bytes = Buffer.from(sample);
  for (let i = random(12); i >= 0; i--) {
    bytes[random(bytes.length)] = random(256);
  }
  // Half of the headers get their sum back, so that what lies behind it is reached.
  for (let at = 0; at + 512 <= bytes.length; at += 512) {
    if (random(2) === 0 && bytes.toString('latin1', at + 257, at + 262) === 'ustar') {
      repair(bytes.subarray(at, at + 512));
    }
  }
  return random(4) === 0 ? bytes.subarray(0, random(bytes.length)) : bytes;
}

function repair(header: Buffer): void {
  header.fill(0x20, 148, 156);
  let sum = 0;
  for (const byte of header) {
    sum += byte;
  }
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
}

function randomNumbers(seed: number): (below: number) => number {
  let state = seed >>> 0 || 1;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return below <= 0 ? 0 : Math.floor((state / 2 ** 32) * below);
  };
}
