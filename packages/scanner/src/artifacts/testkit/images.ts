import { sha256 } from '@lanner/runtimes';
import { type TarInput, writeTar } from '@lanner/runtimes/testkit';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';

export type Packing = 'plain' | 'gzip' | 'zstd';

export interface ImageInput {
  readonly layers: readonly { readonly entries: readonly TarInput[]; readonly packing?: Packing }[];
  readonly tag?: string;
  /** Changes the manifest before it is written, to make it lie. */
  readonly tamper?: (manifest: { layers: { digest: string; size: number }[] }) => void;
}

export function packed(bytes: Buffer, packing: Packing): Buffer {
  return packing === 'plain'
    ? bytes
    : packing === 'gzip'
      ? gzipSync(bytes, { level: 1 })
      : zstdCompressSync(bytes);
}

/** The blobs of an image by digest, and its index. */
export function imageBlobs({ layers, tag = 'latest', tamper }: ImageInput): {
  blobs: Map<string, Buffer>;
  index: Buffer;
  configDigest: string;
  manifestDigest: string;
  manifest: Buffer;
} {
  const blobs = new Map<string, Buffer>();
  function put(bytes: Buffer): { digest: string; size: number } {
    const digest = sha256(bytes);
    blobs.set(digest, bytes);
    return { digest, size: bytes.length };
  }
  const archives = layers.map(({ entries }) => writeTar(entries));
  const config = put(
    json({
      architecture: 'amd64',
      os: 'linux',
      history: layers.map((_, i) => ({ created_by: `/bin/sh -c #(nop) ADD layer ${i}` })),
      rootfs: { type: 'layers', diff_ids: archives.map(sha256) },
    }),
  );
  const manifest = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config },
    layers: layers.map(({ packing = 'gzip' }, i) => ({
      mediaType: 'application/vnd.oci.image.layer.v1.tar',
      ...put(packed(archives[i] ?? Buffer.alloc(0), packing)),
    })),
  };
  tamper?.(manifest);
  const manifestBytes = json(manifest);
  const descriptor = put(manifestBytes);
  const index = json({
    schemaVersion: 2,
    manifests: [
      {
        mediaType: manifest.mediaType,
        ...descriptor,
        annotations: { 'org.opencontainers.image.ref.name': tag },
      },
    ],
  });
  return {
    blobs,
    index,
    configDigest: config.digest,
    manifestDigest: descriptor.digest,
    manifest: manifestBytes,
  };
}

/** Writes an OCI layout folder and gives the digest of the image configuration. */
export function writeLayout(folder: string, input: ImageInput): string {
  const { blobs, index, configDigest } = imageBlobs(input);
  mkdirSync(join(folder, 'blobs/sha256'), { recursive: true });
  for (const [digest, bytes] of blobs) {
    writeFileSync(join(folder, 'blobs', digest.replace(':', '/')), bytes);
  }
  writeFileSync(join(folder, 'index.json'), index);
  writeFileSync(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  return configDigest;
}

/** An archive as `docker save` writes it. */
export function dockerArchive({ layers, tag = 'test/image:1' }: ImageInput): Buffer {
  const archives = layers.map(({ entries }) => writeTar(entries));
  const config = json({ os: 'linux', rootfs: { diff_ids: archives.map(sha256) } });
  const manifest = [
    { Config: 'config.json', RepoTags: [tag], Layers: archives.map((_, i) => `${i}/layer.tar`) },
  ];
  return writeTar([
    ...archives.map((content, i) => ({ path: `${i}/layer.tar`, content })),
    { path: 'config.json', content: config },
    { path: 'manifest.json', content: json(manifest) },
  ]);
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}
