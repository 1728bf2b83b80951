import { changeJson, type FuzzReport, fuzzAsyncParser } from '../testkit/fuzz.ts';
import { isDigest, parseConfig } from './image.ts';
import { defaultLimits } from './limits.ts';
import { manifestImage } from './manifest-image.ts';
import { isIndex, parseManifest } from './manifest.ts';
import { choosePlatform, parsePlatform } from './platform.ts';

/** Damaged indexes, manifests and configurations: an image that is accepted has whole layers only. */
export function fuzzManifests(inputs: number, seed: number): Promise<FuzzReport> {
  return fuzzAsyncParser(inputs, seed, {
    corpus,
    change: changeJson,
    async read(file) {
      const manifest = parseManifest(file);
      if (isIndex(manifest)) {
        return [null, parsePlatform('linux/arm64/v8')].map((wanted) => {
          const { digest } = choosePlatform(manifest.manifests ?? [], wanted);
          if (!isDigest(digest)) {
            throw new Error('a manifest without a digest was chosen');
          }
          return digest;
        });
      }
      if (manifest.config === undefined) {
        return parseConfig(file, defaultLimits.layers);
      }
      const image = await manifestImage({
        name: 'x',
        manifest,
        limits: defaultLimits,
        readBlob: () => Promise.resolve(configuration),
        fetchLayer: () => Promise.reject(new Error('not fetched')),
      });
      for (const { diffId, digest } of image.layers) {
        if (!isDigest(diffId) || !isDigest(digest)) {
          throw new Error('a layer has no digest');
        }
      }
      return image;
    },
  });
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

const digest = `sha256:${'a'.repeat(64)}`;
const configuration = json({
  os: 'linux',
  architecture: 'amd64',
  history: [
    { created_by: 'ADD x', created: '2026-01-01T00:00:00Z' },
    { created_by: 'ENV', empty_layer: true },
  ],
  rootfs: { type: 'layers', diff_ids: [digest] },
  config: { Env: ['A=b'], Labels: { x: 'y' } },
});
const layer = { mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest, size: 3 };
const corpus = [
  json({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: [
      { digest, size: 1, platform: { os: 'linux', architecture: 'amd64' } },
      { digest, size: 2, platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } },
      {
        digest,
        size: 3,
        platform: { os: 'unknown', architecture: 'unknown' },
        annotations: { 'vnd.docker.reference.type': 'x' },
      },
    ],
  }),
  json({
    schemaVersion: 2,
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest, size: 7 },
    layers: [layer],
    annotations: { a: 'b' },
  }),
  configuration,
];
