import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';

const bin = fileURLToPath(new URL('../../../../bin/lanner.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'lanner-scan-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Report {
  readonly ArtifactType: string;
  readonly Metadata?: { readonly OS?: object; readonly ImageID?: string };
  readonly Results?: readonly {
    readonly Target: string;
    readonly Packages?: readonly { readonly Name: string }[];
  }[];
}

function scan(...args: string[]): { report: Report; err: string; status: number | null } {
  const { stdout, stderr, status } = spawnSync(process.execPath, [bin, 'scan', ...args, '--format', 'json'], {
    encoding: 'utf8',
    env: { ...process.env, XDG_CACHE_HOME: join(folder, 'cache'), TMPDIR: folder },
  });
  if (stdout === '') {
    throw new Error(stderr);
  }
  return { report: JSON.parse(stdout) as Report, err: stderr, status };
}

/** A root folder with a package database, as Debian has it. */
function rootFolder(more = 0): string {
  const root = join(folder, `root-${more}`);
  mkdirSync(join(root, 'var/lib/dpkg'), { recursive: true });
  mkdirSync(join(root, 'etc'), { recursive: true });
  writeFileSync(join(root, 'etc/debian_version'), '12.5\n');
  const stanza = (name: string): string =>
    `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.0-1\nMaintainer: D <d@debian.org>\n`;
  const all = ['bash', 'dash', ...Array.from({ length: more }, (_, i) => `more-${i}`)];
  writeFileSync(join(root, 'var/lib/dpkg/status'), all.map((name) => `${stanza(name)}\n`).join(''));
  return root;
}

test('a root folder and a layout of it have the same packages; the second scan reads no layer', () => {
  const root = rootFolder();
  const layer = execFileSync('tar', ['-C', root, '-cf', '-', '.']);
  writeFileSync(join(folder, 'image.tar'), dockerArchive(layer));
  const fromFolder = scan('rootfs', root);
  const fromImage = scan('image', '--input', join(folder, 'image.tar'), '--progress', 'json');
  expect(fromFolder.report.Metadata?.OS).toEqual({ Family: 'debian', Name: '12.5' });
  expect(names(fromFolder.report)).toEqual(['bash', 'dash']);
  expect(names(fromImage.report)).toEqual(['bash', 'dash']);
  expect(fromImage.err).toContain('"layersKnown":0');
  expect(fromImage.err).toContain('vulnerabilities were not looked up');
  const again = scan('image', '--input', join(folder, 'image.tar'), '--progress', 'json');
  expect(again.err).toContain('"layersKnown":1');
  expect(names(again.report)).toEqual(['bash', 'dash']);
  // Nothing is left in the temporary folder.
  expect(readdirSync(folder).filter((name) => name.startsWith('lanner-scan-'))).toEqual([]);
}, 120_000);

test('a child that needs too much memory ends the scan with a word about it', () => {
  const root = rootFolder(60_000);
  expect(() => scan('rootfs', root, '--memory-limit', '64')).toThrow(/more than 64 MiB of memory/);
});

test('a file that needs too much memory is left out with a word about it, the rest is reported', () => {
  const project = join(folder, 'heavy');
  mkdirSync(project);
  const packages = Object.fromEntries(
    Array.from({ length: 100_000 }, (_, i) => [
      `node_modules/pkg-${i}`,
      {
        version: `1.0.${i}`,
        resolved: `https://registry.npmjs.org/pkg-${i}-1.0.${i}.tgz`,
        integrity: 'x'.repeat(90),
      },
    ]),
  );
  writeFileSync(join(project, 'package-lock.json'), JSON.stringify({ lockfileVersion: 3, packages }));
  writeFileSync(join(project, 'requirements.txt'), 'flask==0.12\n');
  const { report, err } = scan('fs', project, '--skip-db-update', '--memory-limit', '110');
  expect(report.Results?.map(({ Target }) => Target)).toEqual(['requirements.txt']);
  expect(err).toMatch(/a file was skipped path=package-lock.json .*more than 110 MiB[^]*--memory-limit/);
}, 120_000);

test.runIf(process.platform === 'linux')(
  'a cache folder that cannot be made is told, and the scan goes on',
  () => {
    const { report, err } = scan('rootfs', rootFolder(), '--cache-dir', '/proc/none/cache');
    expect(names(report)).toEqual(['bash', 'dash']);
    expect(err).toMatch(
      /the cache folder cannot be used[^]*\/proc\/none\/cache cannot be made[^]*--cache-dir/,
    );
  },
);

test('what is not known is an error with the nearest', () => {
  expect(() => scan('fs', folder, '--sevrity', 'HIGH')).toThrow('Did you mean --severity?');
  expect(() => scan('image')).toThrow('scan image needs what to scan');
});

test('a template that fails names the file and what it is given, once the scan is done', () => {
  const template = join(folder, 'bad.tpl');
  writeFileSync(template, '{{ range }}');
  const args = ['fs', rootFolder(), '--skip-db-update', '--format', 'template', '--template', `@${template}`];
  const { stderr, status } = spawnSync(process.execPath, [bin, 'scan', ...args], {
    encoding: 'utf8',
    env: { ...process.env, XDG_CACHE_HOME: join(folder, 'cache'), TMPDIR: folder },
  });
  expect(stderr).toContain('missing value for range');
  expect(stderr).toContain(`hint: Correct ${template}. It gets the list of results`);
  expect(status).toBe(1);
});

test('a project is scanned with the POMs of a repository, which an offline scan does not ask', async () => {
  const project = join(folder, 'project');
  const home = join(folder, 'home');
  mkdirSync(project);
  mkdirSync(join(home, '.m2'), { recursive: true });
  const pom = (name: string, need: string): string =>
    `<project><groupId>g</groupId><artifactId>${name}</artifactId><version>1</version><dependencies><dependency><groupId>g</groupId><artifactId>${need}</artifactId><version>1</version></dependency></dependencies></project>`;
  writeFileSync(join(project, 'pom.xml'), pom('app', 'a'));
  const asked: string[] = [];
  const server = createServer(({ url = '' }, response) => {
    asked.push(url);
    response.writeHead(url.endsWith('/a-1.pom') ? 200 : 404).end(pom('a', 'b'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  writeFileSync(
    join(home, '.m2/settings.xml'),
    `<settings><mirrors><mirror><id>m</id><url>http://127.0.0.1:${port}/repo</url><mirrorOf>*</mirrorOf></mirror></mirrors></settings>`,
  );
  const scanned = async (...args: string[]): Promise<string[]> => {
    const options = ['--format', 'json', '--skip-db-update', '--scanners', 'vuln', ...args];
    const env = { ...process.env, HOME: home, XDG_CACHE_HOME: join(folder, 'cache'), TMPDIR: folder };
    const { stdout } = await promisify(execFile)(process.execPath, [bin, 'scan', 'fs', project, ...options], {
      env,
    });
    return names(JSON.parse(stdout) as Report);
  };
  try {
    expect(await scanned('--offline-scan')).toEqual(['g:app', 'g:a']);
    expect(asked).toEqual([]);
    expect(await scanned()).toEqual(['g:app', 'g:a', 'g:b']);
    expect(asked).toEqual(['/repo/g/a/1/a-1.pom', '/repo/g/b/1/b-1.pom']);
  } finally {
    server.close();
  }
  // Two whole programs, on a machine that may have much else to do.
}, 120_000);

function names({ Results = [] }: Report): string[] {
  return Results.flatMap(({ Packages = [] }) => Packages.map(({ Name }) => Name));
}

function dockerArchive(layer: Buffer): Buffer {
  const image = join(folder, 'image');
  mkdirSync(image, { recursive: true });
  const diffId = execFileSync('sha256sum', { input: layer, encoding: 'utf8' }).split(' ')[0] ?? '';
  writeFileSync(join(image, 'layer.tar'), layer);
  writeFileSync(
    join(image, 'config.json'),
    JSON.stringify({ os: 'linux', rootfs: { diff_ids: [`sha256:${diffId}`] } }),
  );
  writeFileSync(
    join(image, 'manifest.json'),
    JSON.stringify([{ Config: 'config.json', RepoTags: ['test:1'], Layers: ['layer.tar'] }]),
  );
  return execFileSync('tar', ['-C', image, '-cf', '-', '.']);
}

test('an inventory that was stored is matched by a later database, which says what became vulnerable', () => {
  const root = rootFolder();
  mkdirSync(join(root, 'usr/lib'), { recursive: true });
  const cache = join(folder, 'stored');
  const feed = join(folder, 'feed');
  mkdirSync(feed, { recursive: true });
  const lanner = (...args: string[]): { out: string; err: string } => {
    const options = ['--cache-dir', cache];
    const { stdout, stderr, status } = spawnSync(process.execPath, [bin, ...args, ...options], {
      encoding: 'utf8',
      env: { ...process.env, TMPDIR: folder },
    });
    if (status !== 0) {
      throw new Error(stderr);
    }
    return { out: stdout, err: stderr };
  };
  const advisory = (id: string, name: string, fixed: string): void =>
    writeFileSync(
      join(feed, `${id}.json`),
      JSON.stringify({
        id: `DEBIAN-${id}`,
        modified: '2026-01-01T00:00:00Z',
        upstream: [id],
        affected: [
          {
            package: { ecosystem: 'Debian:12', name },
            ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed }] }],
          },
        ],
      }),
    );
  advisory('CVE-2026-1', 'bash', '2.0-1');
  lanner('db', 'build', feed);
  lanner('scan', 'rootfs', root, '--store', '--skip-db-update', '--format', 'json');
  // The folder in another state takes the place of the older one.
  writeFileSync(join(root, 'usr/lib/os-release'), 'ID=debian\nVERSION_ID="12"\n');
  lanner('scan', 'rootfs', root, '--store', '--skip-db-update', '--format', 'json');
  advisory('CVE-2026-2', 'dash', '1.1-1');
  advisory('CVE-2026-3', 'zsh', '9-1');
  const { err } = lanner('db', 'build', feed);
  expect(err).toContain('stored inventories: 1 matched again, 1 with other vulnerabilities\n');
  expect(err).toContain(': 1 new, 0 gone\n    CVE-2026-2 in dash 1.0-1, fixed in 1.1-1\n');
  expect(JSON.parse(lanner('db', 'inventories', '--json').out)).toMatchObject([
    { vulnerabilities: ['CVE-2026-1', 'CVE-2026-2'] },
  ]);
  // Six starts of the program from its sources.
}, 90_000);
