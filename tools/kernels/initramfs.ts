import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  globSync,
  mkdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Architecture, installedVersion, type PackageView, unpackNpm } from './packages.ts';

/** npm's names of the architectures, and where their dynamic loader has to be. */
const names = {
  amd64: { npm: 'x64', loader: 'lib64/ld-linux-x86-64.so.2' },
  arm64: { npm: 'arm64', loader: 'lib/ld-linux-aarch64.so.1' },
} as const;

/** What has the libraries of Node, of koffi and of the sensor. */
const libraryPackages = ['libc6', 'libgcc-s1', 'libstdc++6', 'libbpf1', 'libelf1', 'zlib1g'];

const applets = ['cat', 'echo', 'ip', 'mkdir', 'mount', 'poweroff', 'sh', 'sleep', 'true', 'uname'];

/** Lines between which the guest says what the self-test gave. */
export const marks = { output: 'LANNER-OUTPUT', errors: 'LANNER-ERRORS', end: 'LANNER-END' } as const;

const init = `#!/bin/sh
export PATH=/bin HOME=/root TMPDIR=/tmp NO_COLOR=1
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
mkdir -p /dev/pts /dev/shm
mount -t devpts devpts /dev/pts
mount -t tmpfs shm /dev/shm
mount -t bpf bpf /sys/fs/bpf
mount -t securityfs security /sys/kernel/security
mount -t tracefs tracing /sys/kernel/tracing
mount -t cgroup2 cgroup /sys/fs/cgroup
ip link set lo up
node /lanner/lanner.mjs selftest --json >/tmp/output 2>/tmp/errors
code=$?
echo
echo ${marks.output}
cat /tmp/output
echo ${marks.errors}
cat /tmp/errors
echo ${marks.end} $code
poweroff -f
`;

/** Makes the initramfs with Node, its libraries and the built bundle; gives its path. */
export function makeInitramfs(
  root: string,
  cache: string,
  packages: PackageView,
  architecture: Architecture,
): string {
  const tree = join(cache, `tree-${architecture}`);
  rmSync(tree, { recursive: true, force: true });
  for (const folder of ['bin', 'dev', 'etc', 'lib', 'lib64', 'proc', 'root', 'run', 'sys', 'tmp', 'var']) {
    mkdirSync(join(tree, folder), { recursive: true });
  }
  copyPrograms(cache, tree, packages, architecture);
  copyLibraries(tree, packages, architecture);
  copyBundle(root, cache, tree, architecture);
  writeFileSync(join(tree, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\n');
  writeFileSync(join(tree, 'etc/group'), 'root:x:0:\n');
  writeFileSync(join(tree, 'etc/shadow'), 'root:*:19000:0:99999:7:::\n');
  writeFileSync(join(tree, 'init'), init);
  chmodSync(join(tree, 'init'), 0o755);
  const image = join(cache, `initramfs-${architecture}.cpio`);
  execFileSync('sh', ['-c', 'find . | cpio -o -H newc --quiet >"$1"', 'sh', image], { cwd: tree });
  rmSync(tree, { recursive: true });
  return image;
}

function copyPrograms(cache: string, tree: string, packages: PackageView, architecture: Architecture): void {
  const busybox = join(packages.unpack('busybox-static', architecture), 'bin/busybox');
  copyFileSync(busybox, join(tree, 'bin/busybox'));
  for (const applet of applets) {
    symlinkSync('busybox', join(tree, 'bin', applet));
  }
  const native = `node-linux-${names[architecture].npm}`;
  const node = unpackNpm(cache, native, process.version.slice(1));
  copyFileSync(join(node, 'bin/node'), join(tree, 'bin/node'));
  chmodSync(join(tree, 'bin/node'), 0o755);
}

/** All libraries go into one folder, under the names that programs ask for. */
function copyLibraries(tree: string, packages: PackageView, architecture: Architecture): void {
  for (const name of libraryPackages) {
    const folder = packages.unpack(name, architecture);
    for (const file of globSync('{lib,usr/lib}/*-linux-gnu/*.so*', { cwd: folder })) {
      copyFileSync(join(folder, file), join(tree, 'lib', basename(file)));
    }
  }
  const { loader } = names[architecture];
  if (dirname(loader) !== 'lib') {
    symlinkSync(`../lib/${basename(loader)}`, join(tree, loader));
  }
}

function copyBundle(root: string, cache: string, tree: string, architecture: Architecture): void {
  cpSync(join(root, 'dist'), join(tree, 'lanner'), { recursive: true });
  const native = `@koromix/koffi-linux-${names[architecture].npm}`;
  rmSync(join(tree, 'lanner/node_modules/@koromix'), { recursive: true, force: true });
  const folder = unpackNpm(cache, native, installedVersion(root, 'koffi'));
  cpSync(folder, join(tree, 'lanner/node_modules', native), { recursive: true });
}
