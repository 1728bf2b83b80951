import { writeTar } from '@lanner/runtimes/testkit';
import { TarReader } from '@lanner/runtimes';
import { type FuzzReport, fuzzAsyncParser } from '../testkit/fuzz.ts';
import { layerStream } from './layer-stream.ts';
import { defaultLimits } from './limits.ts';
import { packed } from './testkit/images.ts';

const limits = { ...defaultLimits, layer: 200_000, ratioFrom: 20_000, ratio: 50 };

/** Damaged layers packed with gzip and zstd, and bombs: what comes out stays within the limits. */
export function fuzzUnpacking(inputs: number, seed: number): Promise<FuzzReport> {
  return fuzzAsyncParser(inputs, seed, {
    corpus,
    async read(file) {
      const reader = new TarReader(() => ({ write: () => undefined, end: () => undefined }));
      const half = file.length >> 1;
      let total = 0;
      const source = pieces(file.subarray(0, half), file.subarray(half));
      for await (const chunk of layerStream(source, limits, {
        chunkSize: 65_536,
        isChecked: (file.length & 1) === 1,
      }).chunks) {
        total += chunk.length;
        reader.write(chunk);
      }
      reader.end();
      if (total > limits.layer) {
        throw new Error(`${total} bytes came out`);
      }
    },
  });
}

async function* pieces(...parts: readonly Buffer[]): AsyncGenerator<Buffer> {
  for (const part of parts) {
    yield await Promise.resolve(part);
  }
}

const archive = writeTar([
  { path: 'etc/passwd', content: 'root:x:0:0:root:/root:/bin/sh\n'.repeat(20) },
  { path: 'bin/', mode: 0o755 },
  { path: 'bin/true', content: Buffer.from(Array.from({ length: 700 }, (_, i) => (i * 37) & 0xff)) },
]);
const corpus = [
  packed(archive, 'gzip'),
  packed(archive, 'zstd'),
  // Several members and frames in a row are one layer.
  Buffer.concat([packed(archive.subarray(0, 1024), 'gzip'), packed(archive.subarray(1024), 'gzip')]),
  Buffer.concat([packed(archive.subarray(0, 1024), 'zstd'), packed(archive.subarray(1024), 'zstd')]),
  packed(Buffer.alloc(1_000_000), 'gzip'),
  packed(Buffer.alloc(1_000_000), 'zstd'),
  archive,
];
