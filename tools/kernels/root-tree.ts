import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Architecture, installedVersion, type PackageView, unpackNpm } from './packages.ts';

/** npm's names of the architectures. */
export const npmNames: Readonly<Record<Architecture, string>> = { amd64: 'x64', arm64: 'arm64' };

/** Debian packages that a guest is made of: programs that behaviours start, and what has the libraries of all. */
const rootPackages = [
  'base-files',
  'bash',
  'busybox-static',
  'coreutils',
  'dash',
  'libacl1',
  'libattr1',
  'libbpf1',
  'libc6',
  'libelf1',
  'libgcc-s1',
  'libgmp10',
  'libpcre2-8-0',
  'libselinux1',
  'libstdc++6',
  'libtinfo6',
  'zlib1g',
];

/** Names that Debian keeps in one place since its folders were merged; packages still have files under both. */
const mergedFolders = ['bin', 'sbin', 'lib', 'lib64'];

/** Where files of packages lie that no guest reads; a smaller initramfs boots sooner. */
const leftOut = ['./usr/share/doc*', './usr/share/locale*', './usr/share/man*', './usr/share/info*'];

/** Makes the root of a guest out of packages, without running anything of theirs. */
export function makeRootTree(
  root: string,
  cache: string,
  packages: PackageView,
  architecture: Architecture,
): string {
  const tree = join(cache, `tree-${architecture}`);
  rmSync(tree, { recursive: true, force: true });
  for (const name of mergedFolders) {
    mkdirSync(join(tree, 'usr', name), { recursive: true });
    symlinkSync(`usr/${name}`, join(tree, name));
  }
  for (const name of rootPackages) {
    packages.extract(name, architecture, tree, leftOut);
  }
  // What the scripts of packages would have made.
  writeFileSync(join(tree, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/bash\n');
  writeFileSync(join(tree, 'etc/group'), 'root:x:0:\n');
  writeFileSync(join(tree, 'etc/shadow'), 'root:*:19000:0:99999:7:::\n', { mode: 0o640 });
  writeFileSync(join(tree, 'etc/services'), 'discard 9/tcp\ndiscard 9/udp\n');
  writeFileSync(join(tree, 'etc/hosts'), '127.0.0.1 localhost\n');
  copyNode(cache, tree, architecture);
  copyBundle(root, cache, tree, architecture);
  return tree;
}

/** Packs a tree as the initramfs that a kernel unpacks. */
export function packInitramfs(tree: string, image: string): void {
  execFileSync('sh', ['-c', 'find . | cpio -o -H newc --quiet >"$1"', 'sh', image], { cwd: tree });
}

function copyNode(cache: string, tree: string, architecture: Architecture): void {
  const node = unpackNpm(cache, `node-linux-${npmNames[architecture]}`, process.version.slice(1));
  copyFileSync(join(node, 'bin/node'), join(tree, 'usr/bin/node'));
  chmodSync(join(tree, 'usr/bin/node'), 0o755);
}

function copyBundle(root: string, cache: string, tree: string, architecture: Architecture): void {
  cpSync(join(root, 'dist'), join(tree, 'lanner'), { recursive: true });
  const native = `@koromix/koffi-linux-${npmNames[architecture]}`;
  rmSync(join(tree, 'lanner/node_modules/@koromix'), { recursive: true, force: true });
  const folder = unpackNpm(cache, native, installedVersion(root, 'koffi'));
  cpSync(folder, join(tree, 'lanner/node_modules', native), { recursive: true });
}
