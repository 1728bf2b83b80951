import { AppError } from '@lanner/core';
import { existsSync } from 'node:fs';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BoltBucket, BoltDatabase } from '../bbolt/index.ts';

/** Where containerd and those that bring it keep their data. */
export const containerdRoots = [
  '/var/lib/containerd',
  '/var/lib/rancher/k3s/agent/containerd',
  '/var/lib/rancher/rke2/agent/containerd',
  '/var/snap/microk8s/common/var/lib/containerd',
] as const;

const contentStore = 'io.containerd.content.v1.content';
const metadata = 'io.containerd.metadata.v1.bolt/meta.db';
const overlay = 'io.containerd.snapshotter.v1.overlayfs';

export interface StoredImage {
  readonly namespace: string;
  /** Full reference. */
  readonly name: string;
  /** Digest of the manifest or index. */
  readonly digest: string;
}

/** Images, content and snapshots of a containerd, read from its disk. */
export class ContainerdDisk {
  readonly #root: string;
  readonly #metadata: BoltDatabase;
  readonly #snapshots: BoltDatabase | null;

  /** `copies` is a folder for copies of the databases: the daemon may write to its own at any time. */
  constructor(root: string, copies: string) {
    this.#root = root;
    this.#metadata = openCopy(join(root, metadata), join(copies, 'meta.db'));
    const snapshots = join(root, overlay, 'metadata.db');
    this.#snapshots = existsSync(snapshots) ? openCopy(snapshots, join(copies, 'snapshots.db')) : null;
  }

  /** The folder whose `blobs/sha256` has the content. */
  get contentFolder(): string {
    return join(this.#root, contentStore);
  }

  /** All images of all namespaces. */
  *images(): Generator<StoredImage> {
    for (const [namespace, bucket] of buckets(this.#metadata.root.path('v1'))) {
      for (const [name, image] of buckets(bucket.path('images'))) {
        const digest = image.path('target')?.get('digest')?.toString();
        if (digest !== undefined) {
          yield { namespace, name, digest };
        }
      }
    }
  }

  /** The folder of overlayfs with what one layer holds, by the chain id of the layers up to it; null when it is not unpacked. */
  snapshotFolder(namespace: string, chainId: string): string | null {
    const key = this.#metadata.root
      .path('v1', namespace, 'snapshots', 'overlayfs', chainId)
      ?.get('name')
      ?.toString();
    const id = key === undefined ? undefined : this.#snapshots?.root.path('v1', 'snapshots', key)?.get('id');
    if (id === undefined || id === null) {
      return null;
    }
    const folder = join(this.#root, overlay, 'snapshots', String(varint(id)), 'fs');
    return existsSync(folder) ? folder : null;
  }

  close(): void {
    this.#metadata.close();
    this.#snapshots?.close();
  }
}

function openCopy(path: string, copy: string): BoltDatabase {
  try {
    copyFileSync(path, copy);
  } catch (error) {
    throw new AppError('artifact.missing', `${path} cannot be read: ${(error as Error).message}`, {
      cause: error,
    });
  }
  return BoltDatabase.open(copy);
}

function* buckets(bucket: BoltBucket | null): Generator<[name: string, bucket: BoltBucket]> {
  for (const { key, bucket: inner } of bucket?.entries() ?? []) {
    if (inner !== null) {
      yield [key.toString(), inner];
    }
  }
}

/** An unsigned number in groups of seven bits, the lowest first. */
function varint(bytes: Uint8Array): number {
  let value = 0;
  let factor = 1;
  for (const byte of bytes) {
    value += (byte & 0x7f) * factor;
    factor *= 128;
    if (byte < 0x80) {
      break;
    }
  }
  return value;
}
