import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ContainerdDisk, containerdRoots } from '@lanner/runtimes';

const maxImages = 1000;

/** Names of the images that containerd, k3s, RKE2 and MicroK8s of this machine have, each once; read from their disk. */
export function localImages(roots: readonly string[] = containerdRoots): string[] {
  const names = new Map<string, string>();
  for (const root of roots) {
    if (!existsSync(join(root, 'io.containerd.metadata.v1.bolt/meta.db'))) {
      continue;
    }
    const copies = mkdtempSync(join(tmpdir(), 'lanner-images-'));
    try {
      const disk = new ContainerdDisk(root, copies);
      for (const { name, digest } of disk.images()) {
        // One image has several names; the one that people use is not a digest.
        const known = names.get(digest);
        if (names.size < maxImages && (known === undefined || known.includes('sha256:'))) {
          names.set(digest, name);
        }
      }
      disk.close();
    } finally {
      rmSync(copies, { recursive: true });
    }
  }
  return [...names.values()];
}
