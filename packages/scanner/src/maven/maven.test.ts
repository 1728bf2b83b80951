import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '@lanner/core';
import { LoopbackServers } from '@lanner/runtimes/testkit';
import { afterEach, expect, test } from 'vitest';
import { plainContext, artifactFile, fileTree } from '../testkit/file.ts';
import { analyzers } from '../analyzers/registry.gen.ts';
import type { Contribution } from '../model/index.ts';
import { usableMirrors } from './mirrors.ts';
import { pomCache } from './pom-cache.ts';
import { PomFetcher, type PomFetcherOptions } from './pom-fetcher.ts';
import { proxyVariables } from './proxies.ts';
import { NotedPoms } from './remote-poms.ts';
import { mergeRepositories, type Repository } from './repository.ts';
import { noMavenSettings, readMavenSettings } from './settings.ts';
import type { WantedPom } from './wanted-pom.ts';

const pomAnalyzer = analyzers.find(({ id }) => id === 'pom');

const servers = new LoopbackServers();
afterEach(() => {
  servers.close();
});

async function started(listener: RequestListener): Promise<string> {
  return `http://${await servers.start(listener)}`;
}

/** A repository of these POMs by their path, and what it was asked for. */
async function repository(poms: Record<string, string>): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const url = await started(({ url: path = '' }, response) => {
    asked.push(path);
    const pom = poms[path];
    response.writeHead(pom === undefined ? 404 : 200).end(pom);
  });
  return { url, asked };
}

function central(url: string): Repository {
  return { id: 'central', url: new URL(url), releases: true, snapshots: false };
}

function fetcherOf(options: Partial<PomFetcherOptions> & { last: Repository }): {
  fetcher: PomFetcher;
  warnings: string[];
} {
  const warnings: string[] = [];
  const fetcher = new PomFetcher({
    first: [],
    servers: [],
    mirrors: usableMirrors([], [], new Map()),
    fetch,
    cache: null,
    log: { ...silentLog, warn: (message) => void warnings.push(message) },
    signal: new AbortController().signal,
    ...options,
  });
  return { fetcher, warnings };
}

function wanted(artifactId: string, version = '1'): WantedPom {
  return { groupId: 'g', artifactId, version, repositories: [] };
}

function pom(name: string, body = ''): string {
  return `<project><groupId>g</groupId><artifactId>${name}</artifactId><version>1</version>${body}</project>`;
}

function needs(...names: readonly string[]): string {
  const all = names.map(
    (name) =>
      `<dependency><groupId>g</groupId><artifactId>${name}</artifactId><version>1</version></dependency>`,
  );
  return `<dependencies>${all.join('')}</dependencies>`;
}

function named(url: string): string {
  return `<repositories><repository><id>own</id><url>${url}</url></repository></repositories>`;
}

/** The packages of a project, by name. */
async function resolved(
  project: string,
  fetcher: PomFetcher,
  env: Record<string, string> = {},
): Promise<readonly string[]> {
  const poms = new NotedPoms((all) => fetcher.fetchAll(all));
  const tree = fileTree([artifactFile('pom.xml', project)]);
  const host = { env, read: () => null, list: () => [] };
  let found: Contribution | null;
  do {
    found =
      pomAnalyzer?.scope !== 'tree'
        ? null
        : pomAnalyzer.analyze(tree, { ...plainContext, target: 'filesystem', host, remotePoms: poms });
  } while (await poms.fetchNoted());
  return (found?.applications?.[0]?.packages ?? []).map(({ name }) => name.slice(2)).sort();
}

test('what dependencies need is fetched link by link, each POM once', async () => {
  const { url, asked } = await repository({
    '/g/a/1/a-1.pom': pom('a', needs('b', 'c')),
    '/g/b/1/b-1.pom': pom('b', needs('c')),
    '/g/c/1/c-1.pom': pom('c'),
  });
  const { fetcher, warnings } = fetcherOf({ last: central(url) });
  expect(await resolved(pom('app', needs('a', 'gone')), fetcher)).toEqual(['a', 'app', 'b', 'c', 'gone']);
  expect(asked.sort()).toEqual([
    '/g/a/1/a-1.pom',
    '/g/b/1/b-1.pom',
    '/g/c/1/c-1.pom',
    '/g/gone/1/gone-1.pom',
  ]);
  expect(warnings).toEqual([]);
});

test('a repository that a POM names is asked for its parent, what it imports and what it needs, and no one else is', async () => {
  const last = await repository({ '/g/other/1/other-1.pom': pom('other') });
  const bom =
    '<dependencyManagement><dependencies><dependency><groupId>g</groupId><artifactId>leaf</artifactId><version>1</version></dependency></dependencies></dependencyManagement>';
  const own = await repository({
    '/g/base/1/base-1.pom': pom('base', bom),
    '/g/a/1/a-1.pom': pom('a', needs('deep')),
    '/g/deep/1/deep-1.pom': pom('deep', needs('deeper')),
  });
  const parent = '<parent><groupId>g</groupId><artifactId>base</artifactId><version>1</version></parent>';
  const leaf = '<dependency><groupId>g</groupId><artifactId>leaf</artifactId></dependency>';
  const project = pom(
    'app',
    `${parent}${needs('a').replace('</dependencies>', `${leaf}</dependencies>`)}${named(own.url)}`,
  );
  const { fetcher } = fetcherOf({ last: central(last.url) });
  expect(await resolved(project, fetcher)).toEqual(['a', 'app', 'deep', 'deeper', 'leaf']);
  // What lies in the named repository is not looked for in the last one.
  expect(last.asked.sort()).toEqual(['/g/deeper/1/deeper-1.pom', '/g/leaf/1/leaf-1.pom']);
});

test('a project cannot send variables of the environment to a repository that it names', async () => {
  const { url, asked } = await repository({});
  const { fetcher } = fetcherOf({ last: central(url) });
  const project = pom(
    'app',
    `<properties><x>1-\${env.TOKEN}</x></properties><dependencies><dependency><groupId>g</groupId><artifactId>a</artifactId><version>\${x}</version></dependency></dependencies>${named(url)}`,
  );
  expect(await resolved(project, fetcher, { TOKEN: 's3cret' })).toEqual(['a', 'app']);
  expect(asked).toEqual([]);
});

test('a login that is badly escaped in the address of a repository is sent as it is written', async () => {
  const logins: (string | undefined)[] = [];
  const url = await started(({ headers }, response) => {
    logins.push(headers.authorization);
    response.writeHead(200).end(pom('a'));
  });
  const { fetcher } = fetcherOf({ last: central(url.replace('//', '//u:p%40%zz@')) });
  expect((await fetcher.fetch(wanted('a'))).kind).toBe('found');
  expect(logins).toEqual([`Basic ${Buffer.from('u:p%40%zz').toString('base64')}`]);
});

test('a host that wants no more requests is left alone, and is told of once', async () => {
  let requests = 0;
  const url = await started((_request, response) => {
    requests++;
    response.writeHead(429, { 'retry-after': '60' }).end();
  });
  const { fetcher, warnings } = fetcherOf({ last: central(url) });
  await fetcher.fetch(wanted('a'));
  const names = Array.from({ length: 30 }, (_one, i) => wanted(`b${i}`));
  expect(await fetcher.fetchAll(names)).toEqual(names.map(() => null));
  expect(requests).toBe(1);
  expect(warnings).toEqual([expect.stringContaining('wants no more requests')]);
});

test('a host that cannot be reached is not asked for every POM', async () => {
  let requests = 0;
  const { fetcher, warnings } = fetcherOf({
    last: central('http://127.0.0.1:1'),
    fetch: () => {
      requests++;
      return Promise.reject(new Error('refused'));
    },
    limits: { requests: 100, pom: 1000, bytes: 1000, timeoutMs: 1000, atOnce: 1 },
  });
  expect(await fetcher.fetchAll([wanted('a'), wanted('b'), wanted('c'), wanted('d')])).toEqual([
    null,
    null,
    null,
    null,
  ]);
  expect(requests).toBe(2);
  expect(warnings).toEqual([expect.stringContaining('out of reach')]);
});

test('what is fetched is bounded: one POM, and all of a scan', async () => {
  const { url } = await repository({
    '/g/a/1/a-1.pom': 'a'.repeat(90),
    '/g/b/1/b-1.pom': 'b'.repeat(101),
    '/g/c/1/c-1.pom': 'c'.repeat(90),
    '/g/d/1/d-1.pom': 'd',
  });
  const limits = { requests: 100, pom: 100, bytes: 150, timeoutMs: 5000, atOnce: 1 };
  const { fetcher, warnings } = fetcherOf({ last: central(url), limits });
  const kinds: string[] = [];
  for (const name of ['a', 'b', 'c', 'd']) {
    kinds.push((await fetcher.fetch(wanted(name))).kind);
  }
  expect(kinds).toEqual(['found', 'absent', 'found', 'absent']);
  expect(warnings).toEqual([expect.stringContaining('more POMs are needed')]);
  const few = fetcherOf({ last: central(url), limits: { ...limits, requests: 1 } });
  expect([(await few.fetcher.fetch(wanted('a'))).kind, (await few.fetcher.fetch(wanted('d'))).kind]).toEqual([
    'found',
    'absent',
  ]);
});

test('a version cannot lead out of the repository, and its characters are those of a path', async () => {
  const { url, asked } = await repository({});
  const { fetcher } = fetcherOf({ last: central(`${url}/maven2/`) });
  await fetcher.fetch({ groupId: 'g', artifactId: '../../x', version: '..', repositories: [] });
  await fetcher.fetch({ groupId: 'g', artifactId: 'a', version: '1?q#f +2', repositories: [] });
  expect(asked).toEqual([
    '/maven2/g/.._.._x/_/.._.._x-...pom',
    '/maven2/g/a/1%3Fq%23f%20+2/a-1%3Fq%23f%20+2.pom',
  ]);
});

test('released POMs are kept for the next scan, snapshots and logins are not', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lanner-poms-'));
  try {
    const { url, asked } = await repository({
      '/g/a/1/a-1.pom': pom('a'),
      '/g/a/1-SNAPSHOT/a-1-SNAPSHOT.pom': pom('a'),
    });
    const withLogin = { ...central(url.replace('//', '//user:word@')), snapshots: true };
    for (let scan = 0; scan < 2; scan++) {
      const { fetcher } = fetcherOf({ last: withLogin, cache: pomCache(folder) });
      expect((await fetcher.fetch(wanted('a'))).kind).toBe('found');
      expect((await fetcher.fetch(wanted('a', '1-SNAPSHOT'))).kind).toBe('found');
    }
    expect(asked.filter((path) => path === '/g/a/1/a-1.pom')).toHaveLength(1);
    expect(asked.filter((path) => path.endsWith('SNAPSHOT.pom'))).toHaveLength(2);
    expect(readdirSync(folder)).toHaveLength(1);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('kept POMs are bounded: the oldest go', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lanner-poms-'));
  try {
    const cache = pomCache(folder, { files: 10, bytes: 1000 });
    for (let i = 0; i < 50; i++) {
      cache.set(`pom ${i}`, Buffer.alloc(50, i));
    }
    expect(readdirSync(folder).length).toBeLessThanOrEqual(10);
    cache.set('large', Buffer.alloc(900));
    expect(cache.get('large')).toHaveLength(900);
    expect(cache.get('pom 0')).toBeNull();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('no more POMs are noted than a scan may ask for, and none twice', async () => {
  const asked: number[] = [];
  const poms = new NotedPoms((all) => {
    asked.push(all.length);
    return Promise.resolve(all.map(() => null));
  });
  for (let i = 0; i < 20_100; i++) {
    poms.get(wanted(`a${i}`));
  }
  expect(await poms.fetchNoted()).toBe(false);
  poms.get(wanted('a1'));
  expect(await poms.fetchNoted()).toBe(false);
  expect(asked).toEqual([20_000]);
});

test('a POM cannot name repositories without end', () => {
  const many = Array.from({ length: 50 }, (_one, i) => ({
    id: '',
    url: `http://h/${i}`,
    releases: '',
    snapshots: '',
  }));
  expect(mergeRepositories(many.slice(0, 30), many.slice(20))).toHaveLength(20);
  expect(mergeRepositories([], many)).toHaveLength(20);
});

test('proxies of settings.xml come before those of the environment', () => {
  const settings = readMavenSettings({ HOME: 'h', WORD: 'p/w' }, (path) =>
    path === 'h/.m2/settings.xml'
      ? '<settings><proxies><proxy><id>a</id><active>false</active><protocol>http</protocol><host>off</host></proxy><proxy><id>b</id><protocol>HTTP</protocol><host>proxy</host><port>8080</port><username>u</username><password>${env.WORD}</password><nonProxyHosts>localhost|*.internal</nonProxyHosts></proxy></proxies></settings>'
      : undefined,
  );
  expect(
    proxyVariables(settings, { HTTP_PROXY: 'http://x', https_proxy: 'http://y', NO_PROXY: 'z' }),
  ).toEqual({
    HTTP_PROXY: 'http://u:p%2Fw@proxy:8080',
    HTTPS_PROXY: 'http://y',
    NO_PROXY: 'localhost,*.internal,z',
  });
  expect(proxyVariables(noMavenSettings, {})).toEqual({ NO_PROXY: '' });
});
