import { silentLog } from '@lanner/core';
import { sha256 } from '@lanner/runtimes';
import { writeTar } from '@lanner/runtimes/testkit';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { ImageSourceContext } from '../image-source.ts';
import { openImage, openImageFile } from './open-image.ts';
import type { Image } from './image.ts';
import { inspectLayers } from './inspect-image.ts';
import type { LayerResult } from './layer-analyzer.ts';
import { defaultLimits } from './limits.ts';
import { localRunner } from './local-runner.ts';
import { Scratch } from './scratch.ts';
import { dockerArchive, imageBlobs, type ImageInput, writeLayout } from './testkit/images.ts';
import { planOf, readingAnalyzer } from './testkit/plan.ts';
import { temporaryFolder } from './testkit/temporary.ts';

function context(): ImageSourceContext {
  return {
    log: silentLog,
    limits: defaultLimits,
    temporaryFolder: temporaryFolder(),
    platform: null,
    env: {},
    hosts: {},
    containerdRoots: [],
    registry: { open: () => Promise.reject(new Error('no network')) },
  };
}

async function layersOf(image: Image): Promise<LayerResult[]> {
  const runner = localRunner({
    plan: planOf(readingAnalyzer(/./)),
    scratch: new Scratch(temporaryFolder(), 1e9),
    limits: defaultLimits,
    skipped: { folders: [], files: [] },
  });
  return inspectLayers(image, {
    cache: null,
    keyOf: (diffId) => diffId,
    runner: () => runner,
    parallel: 3,
    progress: { onLayer: () => undefined, onBytes: () => undefined },
    log: silentLog,
  });
}

function pathsOf(results: readonly LayerResult[]): string[][] {
  return results.map(({ analysis }) => analysis.customResources.map(({ filePath }) => filePath));
}

const input: ImageInput = {
  layers: [
    { entries: [{ path: 'a', content: 'a' }] },
    { entries: [{ path: 'b', content: 'b' }], packing: 'zstd' },
    { entries: [{ path: 'c', content: 'c' }], packing: 'plain' },
  ],
};

test('an OCI layout gives the same image from its folder, its tar and its packed tar', async () => {
  const folder = temporaryFolder();
  const layout = join(folder, 'layout');
  const imageId = writeLayout(layout, input);
  const { blobs, index } = imageBlobs(input);
  const archive = writeTar([
    ...[...blobs].map(([digest, content]) => ({ path: `./blobs/${digest.replace(':', '/')}`, content })),
    { path: './index.json', content: index },
    { path: './oci-layout', content: '{}' },
  ]);
  writeFileSync(join(folder, 'layout.tar'), archive);
  writeFileSync(join(folder, 'layout.tar.gz'), gzipSync(archive));
  for (const path of ['layout', 'layout.tar', 'layout.tar.gz', 'layout:latest']) {
    const image = await openImageFile(join(folder, path), context());
    const results = await layersOf(image);
    expect(image.imageId).toBe(imageId);
    expect(pathsOf(results)).toEqual([['a'], ['b'], ['c']]);
    expect(results[1]?.analysis.createdBy).toBe('ADD layer 1');
    expect(results.every(({ complete }) => complete)).toBe(true);
    await image.close();
  }
  await expect(openImageFile(join(folder, 'layout:other'), context())).rejects.toThrow(/no image other/);
});

test('a docker archive gives its image, plain or gzip', async () => {
  const folder = temporaryFolder();
  const archive = dockerArchive(input);
  writeFileSync(join(folder, 'a.tar'), archive);
  writeFileSync(join(folder, 'a.tar.gz'), gzipSync(archive));
  for (const name of ['a.tar', 'a.tar.gz']) {
    const image = await openImageFile(join(folder, name), context());
    expect(image.repoTags).toEqual(['test/image:1']);
    expect(pathsOf(await layersOf(image))).toEqual([['a'], ['b'], ['c']]);
    await image.close();
  }
});

test('layers that are absent, longer than said or not what they say cost only themselves', async () => {
  const layout = temporaryFolder();
  writeLayout(layout, {
    ...input,
    tamper: ({ layers }) => {
      layers[0]!.digest = sha256(Buffer.from('absent'));
      layers[2]!.size += 1;
    },
  });
  const results = await layersOf(await openImageFile(layout, context()));
  expect(pathsOf(results)).toEqual([[], ['b'], []]);
  expect(results.map(({ problems }) => problems[0]?.code)).toEqual([
    'artifact.missing',
    undefined,
    'artifact.parse',
  ]);
});

test('a blob that is a link out of the layout is not read', async () => {
  const layout = temporaryFolder();
  writeLayout(layout, {
    ...input,
    tamper: ({ layers }) => {
      layers[0]!.digest = `sha256:${'0'.repeat(64)}`;
      layers[0]!.size = readFileSync('/etc/passwd').length;
    },
  });
  symlinkSync('/etc/passwd', join(layout, 'blobs/sha256', '0'.repeat(64)));
  const [first] = await layersOf(await openImageFile(layout, context()));
  expect(first?.problems[0]?.message).toContain('no file of the layout');
});

test('what is no image is refused in words', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'text'), 'hello');
  await expect(openImageFile(join(folder, 'text'), context())).rejects.toThrow('neither of the forms');
  await expect(openImageFile(join(folder, 'absent'), context())).rejects.toMatchObject({
    message: `${join(folder, 'absent')} cannot be read: there is no such file or folder`,
  });
  await expect(openImage('x', ['dokcer'], context())).rejects.toMatchObject({
    code: 'usage.invalid',
    hint: expect.stringContaining('docker') as string,
  });
});
