import { execFileSync, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { imagePrograms, places, spreadImage } from './kit/image-places.ts';
import { type Report, type ReportPackage, scanImage } from './kit/scan.ts';
import { ImageServers } from './kit/image-servers.ts';

/** Debian itself is set up only in the long job; otherwise what this machine has of it makes the image. */
const isLong = process.env['LANNER_LONG_TESTS'] === '1';
const programs = [...imagePrograms, 'dpkg-query', ...(isLong ? ['debootstrap'] : ['etcd'])];
const missing = programs.filter((name) => spawnSync('which', [name]).status !== 0);
const isRoot = process.getuid?.() === 0;
const folder = mkdtempSync(join(tmpdir(), 'lanner-e2e-bookworm-'));
const tree = join(folder, 'tree');
const servers = new ImageServers(folder);

afterAll(async () => {
  await servers.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

describe.skipIf(missing.length > 0 || !isRoot)(
  `a Debian with etcd and Python, from everywhere (needs root and ${programs.join(', ')})`,
  () => {
    let registry = '';
    let first: Report = {};

    beforeAll(async () => {
      if (isLong) {
        bootstrap();
      } else {
        copyOfThisMachine();
      }
      // Where no package of the distribution owns them, programs and Python's packages are reported.
      copy(join(tree, 'usr/bin/etcd'), 'opt/etcd/etcd');
      makePythonPackage('opt/venv/lib/python3.11/site-packages');
      makeImage();
      registry = await spreadImage(folder, servers);
      first = scanImage(folder, ...(places[0]?.[1](folder, registry) ?? []));
    }, 600_000);

    test('its packages are those of dpkg-query', () => {
      const format = '${db:Status-Status} ${Package} ${Version} ${Architecture}\\n';
      const known = execFileSync('dpkg-query', [`--admindir=${tree}/var/lib/dpkg`, '-W', '-f', format], {
        encoding: 'utf8',
      });
      const installed = known
        .split('\n')
        .filter((line) => line.startsWith('installed '))
        .map((line) => line.slice('installed '.length));
      expect(installed.length).toBeGreaterThan(80);
      expect(packages(first, 'debian').map(asDpkg).sort()).toEqual(installed.sort());
    });

    test('the files of each package are those that its sums name', () => {
      const etcd = packages(first, 'debian').find(({ Name }) => Name === 'etcd-server');
      const sums = readFileSync(join(tree, 'var/lib/dpkg/info/etcd-server.md5sums'), 'utf8');
      const listed = [...sums.matchAll(/^[0-9a-f]{32} {2}(.*)$/gm)].map(([, path]) => `/${path ?? ''}`);
      expect(listed).toContain('/usr/bin/etcd');
      expect(etcd?.InstalledFiles).toEqual(listed);
    });

    test('etcd has the modules that it carries', () => {
      const found = packages(first, 'gobinary').map(({ Name, Version }) => `${Name} ${Version}`);
      expect(found.sort()).toEqual(carriedModules(readFileSync(join(tree, 'opt/etcd/etcd'))).sort());
    });

    test('Python’s packages are found where no package of the distribution owns them', () => {
      expect(packages(first, 'python-pkg').map(({ Name, Version }) => `${Name} ${Version}`)).toEqual([
        'own 1.5',
      ]);
    });

    test.each(places.slice(1))('the same from %s', { timeout: 60_000 }, (_name, args) => {
      expect(inventory(scanImage(folder, ...args(folder, registry)))).toEqual(inventory(first));
    });
  },
);

function packages({ Results = [] }: Report, type: string): ReportPackage[] {
  return Results.filter((result) => result.Type === type).flatMap((result) => result.Packages ?? []);
}

/** Everything about packages but the layer: archives without gzip have another digest. */
function inventory({ Results = [] }: Report): unknown[] {
  return Results.map(({ Class, Type, Packages = [] }) => ({
    Class,
    Type,
    packages: Packages.map((pkg) => ({ ...pkg, Layer: undefined })),
  }));
}

function asDpkg({ Name, Epoch, Version, Release, Arch }: ReportPackage): string {
  const epoch = Epoch === undefined ? '' : `${Epoch}:`;
  return `${Name} ${epoch}${Version}${Release === undefined ? '' : `-${Release}`} ${Arch ?? ''}`;
}

/** What the linker wrote, found by its marks: text between two 16-byte signatures. */
function carriedModules(program: Buffer): string[] {
  const [start, end] = ['3077af0c9274080241e1c107e6d618e6', 'f932433186182072008242104116d8f2'].map((mark) =>
    program.indexOf(Buffer.from(mark, 'hex')),
  );
  const text = program.toString('utf8', (start ?? 0) + 16, end);
  const release = /\xff Go buildinf:.{19}go([\d.]+)/s.exec(program.toString('latin1'))?.[1] ?? '';
  const modules = [...text.matchAll(/^(?:mod|dep)\t([^\t\n]+)\t([^\t\n]+)/gm)];
  return [`stdlib v${release}`, ...modules.map(([, path, version]) => `${path ?? ''} ${version ?? ''}`)];
}

function bootstrap(): void {
  const uri = execFileSync('apt-get', ['indextargets', '--format', '$(REPO_URI)'], { encoding: 'utf8' });
  const mirror = (uri.split('\n')[0] ?? '').replace(/\/$/, '');
  const include = '--include=python3,etcd-server';
  execFileSync('debootstrap', ['--variant=minbase', include, 'bookworm', tree, mirror], { stdio: 'ignore' });
}

/** The database of its packages is real; of their files only some are there. */
function copyOfThisMachine(): void {
  for (const path of ['etc/debian_version', 'etc/os-release', 'var/lib/dpkg/status', 'usr/bin/etcd']) {
    copy(`/${path}`, path);
  }
  mkdirSync(join(tree, 'var/lib/dpkg/info'));
  for (const name of readdirSync('/var/lib/dpkg/info').filter((one) => one.endsWith('.md5sums'))) {
    copy(`/var/lib/dpkg/info/${name}`, `var/lib/dpkg/info/${name}`);
  }
  const python = 'usr/lib/python3/dist-packages';
  for (const name of existsSync(`/${python}`) ? readdirSync(`/${python}`) : []) {
    if (/\.(?:dist|egg)-info$/.test(name)) {
      cpSync(`/${python}/${name}`, join(tree, python, name), { recursive: true, verbatimSymlinks: true });
    }
  }
}

function copy(from: string, to: string): void {
  mkdirSync(dirname(join(tree, to)), { recursive: true });
  copyFileSync(from, join(tree, to));
}

function makePythonPackage(site: string): void {
  const path = join(tree, site, 'own-1.5.dist-info');
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'METADATA'), 'Metadata-Version: 2.1\nName: own\nVersion: 1.5\n');
}

function makeImage(): void {
  const layout = join(folder, 'layout');
  for (const args of [
    ['init', '--layout', layout],
    ['new', '--image', `${layout}:base`],
    ['insert', '--rootless', '--image', `${layout}:base`, tree, '/'],
    ['gc', '--layout', layout],
  ]) {
    execFileSync('umoci', args, { stdio: 'ignore' });
  }
}
