// A repository on loopback, served by git itself, is cloned and scanned.
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const bin = fileURLToPath(new URL('../../../../bin/lanner.mjs', import.meta.url));
const backend = '/usr/lib/git-core/git-http-backend';
const hasGit =
  spawnSync('git', ['--version']).status === 0 && spawnSync('test', ['-x', backend]).status === 0;
const folder = mkdtempSync(join(tmpdir(), 'lanner-clone-test-'));
const seenLogins: string[] = [];
const running: ChildProcess[] = [];
let host = '';
let firstCommit = '';

/** The CGI program of git behind a server of Node; the repository `private` wants a login. */
const server = createServer((request, response) => {
  const [path = '', query = ''] = (request.url ?? '').split('?');
  const login = request.headers.authorization ?? '';
  seenLogins.push(login);
  if (path.startsWith('/private') && login === '') {
    response.writeHead(401, { 'www-authenticate': 'Basic' }).end();
    return;
  }
  const child = spawn(backend, {
    env: {
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: path,
      QUERY_STRING: query,
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
    },
  });
  running.push(child);
  request.pipe(child.stdin);
  const pieces: Buffer[] = [];
  child.stdout.on('data', (piece: Buffer) => pieces.push(piece));
  child.on('close', () => {
    const answer = Buffer.concat(pieces);
    const end = answer.indexOf('\r\n\r\n');
    const headers = answer
      .subarray(0, end)
      .toString()
      .split('\r\n')
      .map((line) => line.split(': '));
    const { Status: status = '200', ...others } = Object.fromEntries(headers) as Record<string, string>;
    response.writeHead(Number(status.split(' ')[0]), others).end(answer.subarray(end + 4));
  });
});

function git(...args: string[]): string {
  const identity = ['-c', 'user.name=A B', '-c', 'user.email=a@example.com'];
  return execFileSync('git', ['-C', join(folder, 'repo'), ...identity, ...args], { encoding: 'utf8' }).trim();
}

function commit(version: string): string {
  writeFileSync(join(folder, 'repo/requirements.txt'), `flask==${version}\n`);
  git('add', '.');
  git('commit', '-q', '-m', `flask ${version}`);
  return git('rev-parse', 'HEAD');
}

interface Report {
  readonly ArtifactName: string;
  readonly ArtifactType: string;
  readonly Metadata: Readonly<Record<string, unknown>>;
  readonly Results?: readonly {
    readonly Packages?: readonly { readonly Name: string; readonly Version: string }[];
  }[];
}

function scan(
  env: Readonly<Record<string, string>>,
  ...args: string[]
): Promise<{ out: string; err: string }> {
  const options = ['--format', 'json', '--scanners', 'vuln', '--skip-db-update', '--quiet'];
  const child = spawn(process.execPath, [bin, 'scan', 'repo', ...args, ...options], {
    env: { PATH: process.env['PATH'], HOME: folder, XDG_CACHE_HOME: folder, TMPDIR: folder, ...env },
  });
  const [out, err]: string[][] = [[], []];
  child.stdout.on('data', (piece: Buffer) => out?.push(piece.toString()));
  child.stderr.on('data', (piece: Buffer) => err?.push(piece.toString()));
  return new Promise((resolve) => {
    child.on('close', () => resolve({ out: out?.join('') ?? '', err: err?.join('') ?? '' }));
  });
}

async function scanned(...args: string[]): Promise<{ report: Report; packages: string[] }> {
  const { out, err } = await scan({}, ...args);
  if (out === '') {
    throw new Error(err);
  }
  const report = JSON.parse(out) as Report;
  return {
    report,
    packages: (report.Results ?? []).flatMap(({ Packages = [] }) =>
      Packages.map(({ Name, Version }) => `${Name}@${Version}`),
    ),
  };
}

describe.skipIf(!hasGit)(
  `repositories at an address${hasGit ? '' : ' (skipped: git is not installed)'}`,
  () => {
    beforeAll(async () => {
      mkdirSync(join(folder, 'repo'));
      git('init', '-q', '-b', 'main');
      firstCommit = commit('1.0');
      git('tag', 'v1');
      git('checkout', '-q', '-b', 'next');
      commit('3.0');
      git('checkout', '-q', 'main');
      commit('2.0');
      execFileSync('git', ['clone', '-q', '--bare', join(folder, 'repo'), join(folder, 'app.git')]);
      execFileSync('cp', ['-a', join(folder, 'app.git'), join(folder, 'private.git')]);
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const address = server.address();
      host = `127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`;
    });

    afterAll(async () => {
      await new Promise((resolve) => server.close(resolve));
      running.forEach((child) => child.kill());
      rmSync(folder, { recursive: true });
    });

    test('the newest state, with what git knows of it', async () => {
      const url = `http://${host}/app.git`;
      const { report, packages } = await scanned(url);
      expect(packages).toEqual(['flask@2.0']);
      expect(report).toMatchObject({ ArtifactName: url, ArtifactType: 'repository' });
      expect(report.Metadata).toMatchObject({
        RepoURL: url,
        Branch: 'main',
        Commit: git('rev-parse', 'main'),
        CommitMsg: 'flask 2.0',
        Author: 'A B <a@example.com>',
        Committer: 'A B <a@example.com>',
      });
      expect(readdirSync(folder).filter((name) => name.startsWith('lanner-scan-'))).toEqual([]);
    });

    test('a branch, a tag and a commit', async () => {
      const url = `http://${host}/app.git`;
      expect((await scanned(url, '--branch', 'next')).packages).toEqual(['flask@3.0']);
      const tagged = await scanned(url, '--tag', 'v1');
      expect(tagged.packages).toEqual(['flask@1.0']);
      expect(tagged.report.Metadata['Tags']).toEqual(['v1']);
      const old = await scanned(url, '--commit', firstCommit);
      expect(old.packages).toEqual(['flask@1.0']);
      expect(old.report.Metadata['Commit']).toBe(firstCommit);
    });

    test('logins of the address and tokens of the environment are sent, and shown nowhere', async () => {
      seenLogins.length = 0;
      const url = `http://${host}/private.git`;
      const { report } = await scanned(`http://me:secret@${host}/private.git`);
      expect(report).toMatchObject({ ArtifactName: url, Metadata: { RepoURL: url } });
      expect(seenLogins).toContain(`Basic ${Buffer.from('me:secret').toString('base64')}`);
      seenLogins.length = 0;
      expect((await scan({ GITHUB_TOKEN: 't0ken' }, `http://${host}/private.git`)).err).toBe('');
      expect(
        seenLogins.some((login) => Buffer.from(login.slice(6), 'base64').toString().endsWith(':t0ken')),
      ).toBe(true);
    });

    test('a stored inventory is known by the address, wherever the program runs', async () => {
      const url = `http://${host}/app.git`;
      await scanned(url, '--store');
      await scanned(url, '--store', '--branch', 'next');
      const listed = execFileSync(process.execPath, [bin, 'db', 'inventories', '--json'], {
        encoding: 'utf8',
        env: { PATH: process.env['PATH'], HOME: folder, XDG_CACHE_HOME: folder },
      });
      expect(JSON.parse(listed)).toMatchObject([
        { name: url, artifactId: expect.stringMatching(`^${url}@sha256:`) as string },
      ]);
    });

    test('a hook of another repository may scan one', async () => {
      const env = {
        GIT_DIR: join(folder, 'repo/.git'),
        GIT_WORK_TREE: join(folder, 'repo'),
        GIT_INDEX_FILE: join(folder, 'repo/.git/index'),
      };
      const { out, err } = await scan(env, `http://${host}/app.git`, '--commit', firstCommit);
      expect(err).toBe('');
      expect((JSON.parse(out) as Report).Metadata['Commit']).toBe(firstCommit);
      expect(git('rev-parse', '--abbrev-ref', 'HEAD')).toBe('main');
      expect(git('status', '--porcelain')).toBe('');
    });

    test('what cannot be cloned is an error that says why', async () => {
      const { err } = await scan({}, `http://${host}/nothing.git`);
      expect(err).toContain(`http://${host}/nothing.git cannot be cloned`);
      expect((await scan({}, `http://${host}/app.git`, '--branch', 'gone')).err).toContain(
        'Remote branch gone not found',
      );
      expect((await scan({}, `http://${host}/app.git`, '--commit=--upload-pack')).err).toContain(
        'is no commit',
      );
      const { err: unreadable } = await scan({}, `http://me:50%@${host}/app.git`);
      expect(unreadable).toContain(`'http://${host}/app.git' is no address of a repository`);
      expect((await scan({ PATH: folder }, `http://${host}/app.git`)).err).toContain('need the program git');
    });
  },
);
