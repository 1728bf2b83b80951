import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const bin = fileURLToPath(new URL('../bin/lanner.mjs', import.meta.url));
const programs = ['docker-registry', 'skopeo', 'umoci', 'containerd', 'ctr'];
const missing = programs.filter((name) => spawnSync('which', [name]).status !== 0);
const isRoot = process.getuid?.() === 0;
const folder = mkdtempSync(join(tmpdir(), 'lanner-e2e-scan-'));
const children: ChildProcess[] = [];
let registry = '';

afterAll(() => {
  for (const child of children) {
    child.kill();
  }
  rmSync(folder, { recursive: true, force: true });
});

interface Report {
  readonly Results?: readonly {
    readonly Packages?: readonly { readonly Identifier: { readonly PURL: string } }[];
  }[];
}

/** Package URLs of what a scan found. */
function inventory(...args: string[]): string[] {
  const options = ['--format', 'json', '--scanners', 'vuln', '--skip-db-update', '--cache-backend', 'memory'];
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [bin, 'scan', 'image', ...args, ...options],
    {
      encoding: 'utf8',
      env: {
        ...process.env,
        HOME: folder,
        XDG_CACHE_HOME: folder,
        LANNER_CONTAINERD_ROOT: join(folder, 'ct/root'),
      },
    },
  );
  if (status !== 0) {
    throw new Error(stderr);
  }
  const { Results = [] } = JSON.parse(stdout) as Report;
  return Results.flatMap(({ Packages = [] }) => Packages.map(({ Identifier }) => Identifier.PURL)).sort();
}

/** Name and version of package URLs. */
function names(purls: readonly string[]): string[] {
  return purls.map((purl) => purl.replace(/^.*\/|\?.*$/g, '')).sort();
}

/** Layers: the upper one changes the package database, removes a file and empties a folder. */
function makeLayout(layout: string): void {
  const lower = join(folder, 'lower');
  const upper = join(folder, 'upper');
  writeTree(lower, {
    'etc/debian_version': '12.5\n',
    'var/lib/dpkg/status': stanza('bash', '5.2-1'),
    'app/a.dist-info/METADATA': 'Metadata-Version: 2.1\nName: gone\nVersion: 1.0\n',
    'opt/b.dist-info/METADATA': 'Metadata-Version: 2.1\nName: hidden\nVersion: 1.0\n',
    'srv/c.dist-info/METADATA': 'Metadata-Version: 2.1\nName: kept\nVersion: 2.0\n',
  });
  writeTree(upper, {
    'var/lib/dpkg/status': stanza('bash', '5.2-2') + '\n' + stanza('dash', '0.5-1'),
    'd.dist-info/METADATA': 'Metadata-Version: 2.1\nName: added\nVersion: 3.0\n',
  });
  const umoci = (...args: string[]): void => void execFileSync('umoci', args, { stdio: 'ignore' });
  umoci('init', '--layout', layout);
  umoci('new', '--image', `${layout}:base`);
  for (const path of ['etc', 'var', 'app', 'opt', 'srv']) {
    umoci('insert', '--rootless', '--image', `${layout}:base`, join(lower, path), `/${path}`);
  }
  umoci('insert', '--rootless', '--image', `${layout}:base`, join(upper, 'var'), '/var');
  umoci('insert', '--rootless', '--image', `${layout}:base`, '--whiteout', '/app/a.dist-info');
  umoci('insert', '--rootless', '--image', `${layout}:base`, '--opaque', upper, '/opt');
}

function stanza(name: string, version: string): string {
  return `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: ${version}\nMaintainer: D <d@debian.org>\n`;
}

function writeTree(root: string, files: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), content);
  }
}

async function startRegistry(): Promise<string> {
  const port = await freePort();
  const config = join(folder, 'registry.yml');
  writeFileSync(
    config,
    `version: 0.1\nlog: {level: error}\nstorage: {filesystem: {rootdirectory: ${folder}/registry}}\nhttp: {addr: 127.0.0.1:${port}}\n`,
  );
  children.push(spawn('docker-registry', ['serve', config], { stdio: 'ignore' }));
  await until(async () => (await fetch(`http://127.0.0.1:${port}/v2/`)).ok);
  return `127.0.0.1:${port}`;
}

async function startContainerd(): Promise<string> {
  const home = join(folder, 'ct');
  mkdirSync(home);
  writeFileSync(
    join(home, 'config.toml'),
    `version = 2\nroot = "${home}/root"\nstate = "${home}/state"\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n` +
      `[grpc]\naddress = "${home}/c.sock"\n[ttrpc]\naddress = "${home}/t.sock"\n[plugins."io.containerd.internal.v1.opt"]\npath = "${home}/opt"\n`,
  );
  children.push(spawn('containerd', ['-c', join(home, 'config.toml')], { stdio: 'ignore' }));
  const socket = join(home, 'c.sock');
  await until(() =>
    Promise.resolve(existsSync(socket) && spawnSync('ctr', ['-a', socket, 'version']).status === 0),
  );
  return socket;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function until(isReady: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 200; i++) {
    try {
      if (await isReady()) {
        return;
      }
    } catch {
      // Not there yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('a server did not start');
}

describe.skipIf(missing.length > 0 || !isRoot)(
  `an image has the same inventory from everywhere (needs root and ${programs.join(', ')})`,
  () => {
    const layout = join(folder, 'layout');
    const archive = join(folder, 'image.tar');

    beforeAll(async () => {
      makeLayout(layout);
      execFileSync('skopeo', [
        'copy',
        '-q',
        '--insecure-policy',
        `oci:${layout}:base`,
        `docker-archive:${archive}:localhost/e2e:1`,
      ]);
      registry = await startRegistry();
      const target = `docker://${registry}/e2e/image:1`;
      execFileSync('skopeo', [
        'copy',
        '-q',
        '--insecure-policy',
        '--dest-tls-verify=false',
        `oci:${layout}:base`,
        target,
      ]);
      const socket = await startContainerd();
      execFileSync('tar', ['-C', layout, '-cf', join(folder, 'layout.tar'), '.']);
      execFileSync('ctr', [
        '-a',
        socket,
        '-n',
        'k8s.io',
        'images',
        'import',
        '--base-name',
        'localhost/e2e',
        join(folder, 'layout.tar'),
      ]);
    }, 60_000);

    const expected = ['added@3.0', 'bash@5.2-2', 'dash@0.5-1', 'kept@2.0'];

    test.each([
      ['an OCI layout', () => inventory('--input', `${layout}:base`)],
      ['a tar of it', () => inventory('--input', join(folder, 'layout.tar'))],
      ['a docker archive', () => inventory('--input', archive)],
      ['a registry', () => inventory(`${registry}/e2e/image:1`, '--image-src', 'remote')],
      ['containerd’s snapshots', () => inventory('localhost/e2e:base', '--image-src', 'containerd')],
    ])('%s', (_name, scan) => {
      expect(names(scan())).toEqual(expected);
    });
  },
);
