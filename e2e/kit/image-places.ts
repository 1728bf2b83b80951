import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { ImageServers } from './image-servers.ts';

/** What the image is called in containerd. */
export const imageName = 'localhost/e2e:base';

/** Where an image can be scanned from, and with which arguments of `lanner scan image`. */
export const places: readonly (readonly [
  name: string,
  args: (folder: string, registry: string) => string[],
])[] = [
  ['an OCI layout', (folder) => ['--input', `${join(folder, 'layout')}:base`]],
  ['a tar of it', (folder) => ['--input', join(folder, 'layout.tar')]],
  ['a docker archive', (folder) => ['--input', join(folder, 'image.tar')]],
  ['a registry', (_folder, registry) => [`${registry}/e2e/image:1`, '--image-src', 'remote']],
  ['containerd’s snapshots', () => [imageName, '--image-src', 'containerd']],
];

/** The programs that this needs. */
export const imagePrograms = ['docker-registry', 'skopeo', 'umoci', 'containerd', 'ctr'];

/** Puts `layout:base` below the folder into all other places. Gives the registry's host and port. */
export async function spreadImage(folder: string, servers: ImageServers): Promise<string> {
  const layout = join(folder, 'layout');
  const copy = (target: string, ...options: string[]): void =>
    void execFileSync('skopeo', [
      'copy',
      '-q',
      '--insecure-policy',
      ...options,
      `oci:${layout}:base`,
      target,
    ]);
  copy(`docker-archive:${join(folder, 'image.tar')}:localhost/e2e:1`);
  const [registry, socket] = await Promise.all([servers.registry(), servers.containerd()]);
  copy(`docker://${registry}/e2e/image:1`, '--dest-tls-verify=false');
  const tar = join(folder, 'layout.tar');
  execFileSync('tar', ['-C', layout, '-cf', tar, '.']);
  execFileSync('ctr', [
    '-a',
    socket,
    '-n',
    'k8s.io',
    'images',
    'import',
    '--base-name',
    'localhost/e2e',
    tar,
  ]);
  return registry;
}
