import { execFileSync } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { ArtifactFile } from '../packages/scanner/src/index.ts';
import { artifactFile } from '../packages/scanner/src/testkit/file.ts';
import { analyze } from './lib/trivy-analyze.ts';

const scratch = mkdtempSync(join(tmpdir(), 'lanner-this-machine-'));
afterAll(() => rmSync(scratch, { recursive: true }));

describe.skipIf(!has('dpkg-query'))('packages of this machine (needs dpkg-query)', () => {
  const folder = '/var/lib/dpkg';
  const status = artifactFile('var/lib/dpkg/status', readIf(join(folder, 'status')));
  const sums = (existsSync(`${folder}/info`) ? readdirSync(`${folder}/info`) : [])
    .filter((name) => name.endsWith('.md5sums'))
    .map((name) => artifactFile(`var/lib/dpkg/info/${name}`, readFileSync(`${folder}/info/${name}`)));

  test('are those that dpkg-query lists', () => {
    const found = packagesIn([status]);
    const ids = new Set(found.map(({ id, srcName, arch }) => [id, srcName, arch].join(' ')));
    const format = '${Package}@${Version} ${source:Package} ${Architecture} ${Status}\n';
    const listed = execFileSync('dpkg-query', ['-W', '-f', format], { encoding: 'utf8', maxBuffer: 1 << 28 })
      .split('\n')
      .filter((line) => line !== '' && !/deinstall|purge/.test(line))
      .map((line) => line.split(' ').slice(0, 3).join(' '));
    expect([...ids].sort()).toEqual([...new Set(listed)].sort());
  });

  test('know their files', () => {
    const files = packagesIn([status, ...sums]).find(({ name }) => name === 'dpkg')?.installedFiles ?? [];
    const listed = execFileSync('dpkg-query', ['-L', 'dpkg'], { encoding: 'utf8' }).split('\n');
    expect(files).toContain('usr/bin/dpkg-query');
    expect(files.filter((path) => !listed.includes(`/${path}`))).toEqual([]);
  });

  function packagesIn(files: readonly ArtifactFile[]) {
    return analyze('dpkg', files)?.packageLists?.[0]?.packages ?? [];
  }
});

describe.skipIf(!has('go'))('programs of Go on this machine (needs go)', () => {
  test.each(goPrograms())('%s has the modules that go version lists', (path) => {
    const shown = execFileSync('go', ['version', '-m', path], { encoding: 'utf8' }).split('\n');
    const version = /: go(\S+)/.exec(shown[0] ?? '')?.[1] ?? '';
    const dependencies = shown
      .map((line) => /^\t(dep|=>)\t(\S+)\t(\S+)/.exec(line))
      .flatMap((found) =>
        found === null ? [] : [[found[1] ?? '', `${found[2] ?? ''}@${found[3] ?? ''}`] as const],
      );
    const replaced = dependencies.filter((_, i) => dependencies[i + 1]?.[0] !== '=>').map(([, id]) => id);
    const found = analyze('gobinary', [artifactFile('program', readFileSync(path), 0o755)]);
    const packages = found?.applications?.[0]?.packages ?? [];
    const ids = packages.filter(({ relationship }) => relationship === undefined).map(({ id }) => id);
    expect(packages.map(({ id }) => id)).toContain(`stdlib@v${version}`);
    expect(ids.sort()).toEqual(replaced.sort());
  });
});

describe.skipIf(!has('jar'))('an archive of the JDK (needs jar)', () => {
  test('is read like any other', () => {
    const manifest = join(scratch, 'manifest');
    const title = 'a title that is so long that the tool folds its line at seventy-two bytes';
    writeFileSync(
      manifest,
      `Implementation-Title: ${title}\nImplementation-Version: 1.2.3\nImplementation-Vendor-Id: org.example\n`,
    );
    writeFileSync(join(scratch, 'content.txt'), 'text');
    const path = join(scratch, 'app.jar');
    execFileSync('jar', ['--create', '--file', path, '--manifest', manifest, '-C', scratch, 'content.txt']);
    const found = analyze('jar', [artifactFile('app.jar', readFileSync(path))]);
    expect(found?.applications?.[0]?.packages).toEqual([
      { name: `org.example:${title}`, version: '1.2.3', filePath: 'app.jar' },
    ]);
  });
});

function has(program: string): boolean {
  return pathOf(program) !== null;
}

function pathOf(program: string): string | null {
  const paths = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, program));
  return (
    paths.find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    }) ?? null
  );
}

function readIf(path: string): Buffer {
  return existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
}

/** The compiler and what was installed with it. */
function goPrograms(): string[] {
  const go = pathOf('go');
  const root = go === null ? '' : execFileSync('go', ['env', 'GOROOT'], { encoding: 'utf8' }).trim();
  const folders = go === null ? [] : [join(root, 'bin'), join(process.env['HOME'] ?? '', 'go/bin')];
  return folders
    .flatMap((folder) => (existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : []))
    .slice(0, 5);
}
