import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { imageName, imagePrograms, places, spreadImage } from './kit/image-places.ts';
import { ImageServers } from './kit/image-servers.ts';
import { type Report, scanImage, scanImageWith } from './kit/scan.ts';

const missing = imagePrograms.filter((name) => spawnSync('which', [name]).status !== 0);
const hasPodman = spawnSync('which', ['podman']).status === 0;
const isRoot = process.getuid?.() === 0;
const folder = mkdtempSync(join(tmpdir(), 'lanner-e2e-scan-'));
const servers = new ImageServers(folder);

afterAll(async () => {
  await servers.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

/** Package URLs of what a scan found. */
function inventory({ Results = [] }: Report): string[] {
  return Results.flatMap(({ Packages = [] }) => Packages.map(({ Identifier }) => Identifier.PURL));
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

describe.skipIf(missing.length > 0 || !isRoot)(
  `an image has the same inventory from everywhere (needs root and ${imagePrograms.join(', ')})`,
  () => {
    let registry = '';

    beforeAll(async () => {
      makeLayout(join(folder, 'layout'));
      registry = await spreadImage(folder, servers);
    }, 60_000);

    const expected = ['added@3.0', 'bash@5.2-2', 'dash@0.5-1', 'kept@2.0'];

    test.each(places)('%s', (_name, args) => {
      const report = scanImage(folder, ...args(folder, registry));
      expect(names(inventory(report))).toEqual(expected);
    });

    test('containerd’s socket, where its files cannot be read', () => {
      const env = {
        LANNER_CONTAINERD_ROOT: join(folder, 'not-there'),
        CONTAINERD_ADDRESS: `unix://${join(folder, 'ct/c.sock')}`,
      };
      const report = scanImageWith(env, folder, imageName, '--image-src', 'containerd');
      expect(names(inventory(report))).toEqual(expected);
      expect(report.Metadata?.RepoTags).toEqual([imageName]);
      const absent = ['localhost/other:1', '--image-src', 'containerd'];
      expect(() => scanImageWith(env, folder, ...absent)).toThrow('has no image localhost/other:1');
      const elsewhere = { ...env, CONTAINERD_NAMESPACE: 'default' };
      expect(() => scanImageWith(elsewhere, folder, imageName, '--image-src', 'containerd')).toThrow(
        'has no image',
      );
    });

    test.skipIf(!hasPodman)(
      `Podman’s service (needs podman${hasPodman ? '' : ', absent here'})`,
      async () => {
        const socket = await servers.podman(join(folder, 'image.tar'));
        const source = ['--image-src', 'podman', '--podman-host', `unix://${socket}`];
        const report = scanImage(folder, 'localhost/e2e:1', ...source);
        expect(names(inventory(report))).toEqual(expected);
        expect(report.Metadata?.RepoTags).toEqual(['localhost/e2e:1']);
        expect(() => scanImage(folder, 'localhost/other:1', ...source)).toThrow('has no such image');
      },
    );
  },
);
