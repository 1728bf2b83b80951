import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import type { Http2Server } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { framed } from '../grpc/frames.ts';
import { readMessage, textOf, writeMessage } from '../protobuf/wire.ts';
import { fakeGrpcServer } from '../testkit/grpc-server.ts';
import { ContainerdImages } from './images.ts';

const content = Buffer.alloc(100_000, 'layer');
const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`;

let folder: string;
let server: Http2Server;
let images: ContainerdImages;
let filters: string[];

/** A containerd with one image in one of two namespaces, and one content. */
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lanner-images-'));
  filters = [];
  server = await fakeGrpcServer(join(folder, 's'), (path, message, headers) => {
    const method = path.split('/').at(-1);
    const namespace = headers['containerd-namespace'];
    if (path.includes('Namespaces')) {
      const names = ['default', 'k8s.io'].map((name): [number, Buffer] => [1, writeMessage([[1, name]])]);
      return { pieces: [framed(writeMessage(names))], status: '0' };
    }
    if (method === 'List') {
      filters = (readMessage(message).get(1) ?? []).map(String);
      const target = writeMessage([[2, digest]]);
      const image = writeMessage([
        [1, 'localhost/a:1'],
        [3, target],
      ]);
      return {
        pieces: [framed(namespace === 'k8s.io' ? writeMessage([[1, image]]) : Buffer.alloc(0))],
        status: '0',
      };
    }
    if (textOf(readMessage(message), 1) !== digest || namespace !== 'k8s.io') {
      return { pieces: [], status: '5' };
    }
    const parts = [content.subarray(0, 70_000), content.subarray(70_000)];
    return { pieces: parts.map((part) => framed(writeMessage([[2, part]]))), status: '0' };
  });
  images = new ContainerdImages(join(folder, 's'));
});

afterEach(() => {
  images.close();
  server.close();
  rmSync(folder, { recursive: true });
});

async function read(size: number, wanted = digest, namespace = 'k8s.io'): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of images.chunks(namespace, { digest: wanted, size })) {
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

test('images are found in every namespace, by name and by digest', async () => {
  expect(await images.find(['localhost/a:1', digest])).toEqual([
    { namespace: 'k8s.io', name: 'localhost/a:1', digest },
  ]);
  expect(filters).toEqual(['name=="localhost/a:1"', `target.digest=="${digest}"`]);
});

test('content comes in pieces and is that of its digest', async () => {
  expect((await read(content.length)).equals(content)).toBe(true);
  expect((await images.content('k8s.io', digest, 1_000_000)).equals(content)).toBe(true);
});

test('content that is longer than it should be, or not there, fails', async () => {
  await expect(read(99_999)).rejects.toMatchObject({ code: 'artifact.parse' });
  await expect(read(10, `sha256:${'0'.repeat(64)}`)).rejects.toMatchObject({ code: 'runtime.answer' });
  await expect(read(content.length, digest, 'default')).rejects.toMatchObject({ code: 'runtime.answer' });
});
