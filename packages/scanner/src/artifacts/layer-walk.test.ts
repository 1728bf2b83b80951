import { sha256 } from '@lanner/runtimes';
import { type TarInput, writeTar } from '@lanner/runtimes/testkit';
import fc from 'fast-check';
import { readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { LayerResult } from './layer-analyzer.ts';
import { fuzzLayers } from './layer.fuzz.ts';
import { analyzeLayer, type LayerWalkOptions } from './layer-walk.ts';
import { defaultLimits } from './limits.ts';
import { Scratch } from './scratch.ts';
import { packed } from './testkit/images.ts';
import { planOf, readingAnalyzer } from './testkit/plan.ts';
import { temporaryFolder } from './testkit/temporary.ts';

async function walk(
  bytes: Buffer,
  options: Partial<LayerWalkOptions> = {},
  diffId: string | null = null,
): Promise<LayerResult> {
  async function* chunks(): AsyncGenerator<Buffer> {
    for (let at = 0; at < bytes.length; at += 1000) {
      yield Promise.resolve(bytes.subarray(at, at + 1000));
      await Promise.resolve();
    }
  }
  return analyzeLayer(chunks(), diffId, {
    plan: planOf(readingAnalyzer(/./)),
    scratch: new Scratch(temporaryFolder(), 1e9),
    limits: defaultLimits,
    skipped: { folders: [], files: [] },
    ...options,
  });
}

function read(result: LayerResult): Record<string, unknown> {
  return Object.fromEntries(result.analysis.customResources.map(({ filePath, data }) => [filePath, data]));
}

const simple: TarInput[] = [
  { path: './etc/' },
  { path: './etc/hosts', content: 'localhost' },
  { path: '/abs/olute', content: 'a' },
  { path: 'dir/../b', content: 'b' },
];

describe.each(['plain', 'gzip', 'zstd'] as const)('a %s layer', (packing) => {
  test('gives its files to the analyzers, by their clean paths', async () => {
    const archive = writeTar(simple);
    const result = await walk(packed(archive, packing), {}, sha256(archive));
    expect(read(result)).toEqual({ 'etc/hosts': 'localhost', 'abs/olute': 'a', b: 'b' });
    expect(result).toMatchObject({ files: 3, size: archive.length, problems: [], complete: true });
  });

  test('that ends early gives what it holds, and says so', async () => {
    const archive = packed(
      writeTar([
        ...simple,
        { path: 'big', content: Buffer.alloc(200_000, 7) },
        { path: 'end', content: 'x' },
      ]),
      packing,
    );
    const result = await walk(archive.subarray(0, Math.floor(archive.length * 0.6)));
    expect(result.complete).toBe(false);
    expect(result.problems[0]?.code).toBe('artifact.parse');
  });
});

test('whiteouts and opaque folders are told apart from files', async () => {
  const result = await walk(
    writeTar([
      { path: 'a/.wh..wh..opq' },
      { path: 'a/.wh.gone' },
      { path: '.wh.top' },
      { path: '.wh..wh.plnk' },
      { path: 'a/new', content: 'n' },
    ]),
  );
  expect(result.analysis.opaqueDirs).toEqual(['a']);
  expect(result.analysis.whiteoutFiles).toEqual(['a/gone', 'top']);
  expect(read(result)).toEqual({ 'a/new': 'n' });
});

test('links, devices and paths that lead out are not followed; the rest is looked at', async () => {
  const result = await walk(
    writeTar([
      { path: '../../etc/shadow', content: 'evil' },
      { path: 'link', flag: '2', linkPath: '/etc/passwd' },
      { path: 'hard', flag: '1', linkPath: '../../etc/passwd' },
      { path: 'null', flag: '3' },
      { path: 'good', content: 'g' },
    ]),
  );
  expect(read(result)).toEqual({ good: 'g' });
  expect(result.problems).toEqual([
    { path: '../../etc/shadow', code: 'artifact.parse', message: 'the path leads out of the layer' },
  ]);
});

test('a digest that does not match is named, and the result is not complete', async () => {
  const result = await walk(writeTar(simple), {}, sha256(Buffer.from('other')));
  expect(result.complete).toBe(false);
  expect(result.problems[0]?.message).toContain('does not match its digest');
  expect(read(result)).toHaveProperty('etc/hosts');
});

test('an entry that lies about its size costs what follows, not what came before', async () => {
  const result = await walk(
    writeTar([
      { path: 'a', content: 'a' },
      { path: 'b', content: 'b', size: 2 ** 30 },
    ]),
  );
  expect(read(result)).toEqual({ a: 'a' });
  expect(result.problems[0]?.message).toContain('ends in the middle');
});

test('bombs are stopped by ratio and by total', async () => {
  const zeros = gzipSync(
    writeTar([
      { path: 'first', content: 'f' },
      { path: 'zeros', content: Buffer.alloc(8 * 2 ** 20) },
    ]),
  );
  const limits = { ...defaultLimits, ratioFrom: 2 ** 20, ratio: 100 };
  const byRatio = await walk(zeros, { limits, plan: planOf(readingAnalyzer(/first/)) });
  expect(byRatio.problems[0]?.message).toContain('100 times');
  const byTotal = await walk(zeros, { limits: { ...defaultLimits, layer: 2 ** 20 } });
  expect(byTotal.problems[0]?.message).toContain('more than 1048576 bytes');
  const byEntries = await walk(writeTar(simple), { limits: { ...defaultLimits, entries: 2 } });
  expect(byEntries.problems[0]?.message).toContain('entries');
});

test('large files go to the temporary folder and leave it again', async () => {
  const folder = temporaryFolder();
  const content = Buffer.alloc(100_000, 'x');
  const limits = { ...defaultLimits, memoryFile: 1000, memoryTree: 1500 };
  const entries = [
    { path: 'large', content },
    { path: 'one', content: 'o'.repeat(900) },
    { path: 'two', content: 't'.repeat(900) },
  ];
  for (const scope of ['file', 'tree'] as const) {
    const result = await walk(writeTar(entries), {
      limits,
      scratch: new Scratch(folder, 1e9),
      plan: planOf(readingAnalyzer(/./, scope)),
    });
    expect(Object.values(read(result)).map((text) => String(text).length)).toEqual([100_000, 900, 900]);
    expect(readdirSync(folder)).toEqual([]);
  }
  const full = await walk(writeTar(entries), { limits, scratch: new Scratch(folder, 5000) });
  expect(full.problems[0]?.code).toBe('artifact.limit');
  expect(readdirSync(folder)).toEqual([]);
});

test('skipped folders and files are not looked at', async () => {
  const result = await walk(
    writeTar(
      ['usr/share/doc/a', 'usr/share/b', 'opt/x.jar', 'opt/deep/y.jar', 'z'].map((path) => ({
        path,
        content: 'c',
      })),
    ),
    { skipped: { folders: ['/usr/share/doc', '**/deep'], files: ['**/*.jar'] } },
  );
  expect(Object.keys(read(result))).toEqual(['usr/share/b', 'z']);
});

test('noise gives a result', async () => {
  const archive = writeTar(simple);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(archive.length - 1), fc.nat(255)), { maxLength: 10 }),
      fc.constantFrom('plain', 'gzip', 'zstd'),
      async (changes, packing) => {
        const damaged = packed(archive, packing);
        for (const [at, value] of changes) {
          damaged[at % damaged.length] = value;
        }
        const result = await walk(damaged);
        expect(result.complete || result.problemCount > 0).toBe(true);
      },
    ),
    { numRuns: 200 },
  );
});

test('damaged archives and manifests are stood', () => {
  fuzzLayers(2000, 7);
});
