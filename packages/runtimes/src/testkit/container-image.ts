import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const applets = ['sh', 'sleep', 'cat', 'true', 'id'];

/**
 * Makes an archive as `docker save` writes it, with one layer: a static busybox and `/etc/secret`. `folder` gets its
 * parts; gives the path of the archive. Its user 1234 is called shopkeeper.
 */
export function makeBusyboxImage(
  folder: string,
  name: string,
  command: readonly string[],
  user = '',
): string {
  const rootfs = makeRootfs(join(folder, 'rootfs'));
  const parts = join(folder, 'image');
  mkdirSync(parts);
  execFileSync('tar', ['-C', rootfs, '-cf', join(parts, 'layer.tar'), '.']);
  const layer = createHash('sha256')
    .update(readFileSync(join(parts, 'layer.tar')))
    .digest('hex');
  writeFileSync(
    join(parts, 'config.json'),
    JSON.stringify({
      architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
      os: 'linux',
      config: { Env: ['PATH=/bin'], Cmd: command, User: user },
      rootfs: { type: 'layers', diff_ids: [`sha256:${layer}`] },
    }),
  );
  writeFileSync(
    join(parts, 'manifest.json'),
    JSON.stringify([{ Config: 'config.json', RepoTags: [name], Layers: ['layer.tar'] }]),
  );
  execFileSync('tar', ['-C', parts, '-cf', join(folder, 'image.tar'), '.']);
  return join(folder, 'image.tar');
}

function makeRootfs(rootfs: string): string {
  ['bin', 'etc', 'proc', 'sys', 'dev', 'tmp'].forEach((name) => {
    mkdirSync(join(rootfs, name), { recursive: true });
  });
  copyFileSync('/usr/bin/busybox', join(rootfs, 'bin/busybox'));
  applets.forEach((name) => {
    symlinkSync('busybox', join(rootfs, 'bin', name));
  });
  writeFileSync(join(rootfs, 'etc/secret'), 'x\n');
  writeFileSync(join(rootfs, 'etc/passwd'), 'root:x:0:0::/root:/bin/sh\nshopkeeper:x:1234:1234::/:/bin/sh\n');
  writeFileSync(join(rootfs, 'etc/group'), 'root:x:0:\nshopkeepers:x:1234:\n');
  return rootfs;
}
