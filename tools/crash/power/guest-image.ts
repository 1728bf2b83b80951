import { copyFileSync, globSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PackageView } from '../../kernels/packages.ts';
import { makeRootTree, packInitramfs } from '../../kernels/root-tree.ts';
import { spoolingAgent } from '../agent-kills.ts';
import { bundleProgram } from '../bundle.ts';
import { init } from './init.ts';
import { modulesInOrder } from './modules.ts';
import type { GuestImage } from './power-guest.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
/** Packages are kept where `npm run kernels` has them. */
const cache = join(root, '.cache/kernels');
/** The kernel of Debian stable's own series boots fastest of those that have what the disk needs. */
const series = '6.1';
const wantedModules = ['virtio_pci', 'virtio_blk', 'virtio_net'];

let made: Promise<GuestImage> | null = null;

/** What the guests boot: the built product, the agent that is killed, drivers of disk and network. Made once. */
export function guestImage(): Promise<GuestImage> {
  made ??= makeGuestImage();
  return made;
}

async function makeGuestImage(): Promise<GuestImage> {
  mkdirSync(cache, { recursive: true });
  const packages = new PackageView(cache);
  packages.update();
  const kernelFolder = packages.unpack(packages.newestKernel(series, 'amd64'), 'amd64');
  const tree = makeRootTree(root, cache, packages, 'amd64');
  writeFileSync(join(tree, 'init'), init, { mode: 0o755 });
  mkdirSync(join(tree, 'modules'));
  modulesInOrder(kernelFolder, wantedModules).forEach((path, index) => {
    copyFileSync(path, join(tree, 'modules', `${String(index).padStart(2, '0')}-${basename(path)}`));
  });
  mkdirSync(join(tree, 'crash'));
  await bundleProgram(spoolingAgent, join(tree, 'crash/spooling-agent.mjs'));
  copyFileSync(fileURLToPath(new URL('./forwarder.ts', import.meta.url)), join(tree, 'crash/forwarder.ts'));
  const initramfs = join(cache, 'initramfs-crash.cpio');
  packInitramfs(tree, initramfs);
  rmSync(tree, { recursive: true });
  const [kernel = ''] = globSync('boot/vmlinuz-*', { cwd: kernelFolder });
  return { kernel: join(kernelFolder, kernel), initramfs };
}
