import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { silentLog } from '../packages/core/src/index.ts';
import type { Contribution } from '../packages/scanner/src/index.ts';
import { pomLicenseName } from '../packages/scanner/src/lockfiles/pom/project.ts';
import { mirrorsOf, usableMirrors } from '../packages/scanner/src/maven/mirrors.ts';
import { PomFetcher } from '../packages/scanner/src/maven/pom-fetcher.ts';
import { NotedPoms } from '../packages/scanner/src/maven/remote-poms.ts';
import type { DeclaredRepository, Repository } from '../packages/scanner/src/maven/repository.ts';
import {
  type MavenSettings,
  noMavenSettings,
  readMavenSettings,
  settingsRepositories,
} from '../packages/scanner/src/maven/settings.ts';
import { filesOf, serve, type TestServer } from './lib/file-server.ts';
import { analyze, fileOnDisk, hostFiles } from './lib/trivy-analyze.ts';
import { trivyCasesArePresent } from './lib/trivy-cases.ts';
import { comparable, packagesOf } from './lib/trivy-model.ts';
import { filesBelow, resolvedRows, type Row, trivyFixture } from './lib/trivy-rows.ts';

const folder = 'trivy/pkg/dependency/parser/java/pom';
const servers: TestServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

describe.skipIf(!trivyCasesArePresent)('Maven (needs ../shared)', () => {
  describe('projects', () => {
    test.each(rowsOf('parse_test.go::TestPom_Parse'))('%s', async (_name, row) => {
      const path = row['inputFile'] as string;
      const { found, problem } =
        row['local'] === true
          ? { found: analyzeProject(path, null), problem: '' }
          : await analyzeWithServers(path, row);
      if (row['wantErr'] !== undefined) {
        // Trivy ends; what the file says is known all the same.
        expect(problem).toContain(row['wantErr']);
        expect(problem).toContain('Retry-After: 1800');
        return;
      }
      const application = found?.applications?.find(({ filePath }) => filePath === path);
      const packages = application?.packages ?? [];
      const want = row['want'] as readonly Row[];
      if (want.some((one) => one['$call'] !== undefined)) {
        expect(packages.map(({ id }) => id?.split('::')[1]).sort()).toEqual(want.map(hashOf).sort());
        return;
      }
      expect(comparable(packages)).toEqual(comparable(packagesOf(want, row['wantDeps'])));
    });
  });

  test.each(rowsOf('parse_test.go::TestPomLicenseName'))('licence: %s', (_name, row) => {
    expect(pomLicenseName(textOf(row['licName']), textOf(row['licURL']))).toBe(row['want']);
  });

  test.each(rowsOf('settings_test.go::Test_ReadSettings'))('settings: %s', (_name, row) => {
    const env = row['envs'] as Record<string, string>;
    const host = hostFiles(trivyFixture(folder, '.'));
    const found = readMavenSettings(env, (path) => host.read(path)?.toString('utf8'));
    const wanted = row['wantSettings'] as Row | readonly unknown[];
    expect(found).toEqual(settingsIn(Array.isArray(wanted) ? {} : (wanted as Row)));
  });

  test.each(rowsOf('settings_test.go::Test_effectiveRepositories'))('repositories: %s', (_name, row) => {
    const found = settingsRepositories(settingsIn(row['s'] as Row));
    expect(found.map(plain)).toEqual((row['want'] as Row[]).map((one) => plain(repositoryIn(one))));
  });

  test.each(rowsOf('mirror_test.go::Test_resolveMirrors'))('usable mirrors: %s', (_name, row) => {
    const wanted = row['want'] as { settings?: Row[]; configFile?: Record<string, unknown[]> };
    const { settings, configured } = mirrorsIn({ ...row, settingsMirrors: row['mirrors'] });
    expect(settings.map(({ id, patterns, url }) => ({ id, patterns, url: url.href }))).toEqual(
      (wanted.settings ?? []).map(({ id, patterns, url }) => ({ id, patterns, url: addressIn(url) })),
    );
    expect([...configured].map(([key, urls]) => [key, urls.map(({ href }) => href)])).toEqual(
      Object.entries(wanted.configFile ?? {}).map(([key, urls]) => [key, urls.map(addressIn)]),
    );
  });

  test.each(rowsOf('mirror_test.go::TestParser_mirrorFor'))('mirrors: %s', (_name, row) => {
    const found = mirrorsOf(repositoryIn(row['repo'] as Row), mirrorsIn(row));
    expect(found.map(plain)).toEqual((row['want'] as Row[]).map((one) => plain(repositoryIn(one))));
  });

  test.each(rowsOf('mirror_test.go::Test_fetchPOMFromRemoteRepositories_mirror', 'tests'))(
    'requests: %s',
    async (_name, row) => {
      const hits: Record<string, number> = {};
      let login = '';
      const addresses: Record<string, string> = {};
      for (const [role, status] of Object.entries({
        repo1: 200,
        mirror: 200,
        chain: 200,
        dead: 404,
        limited: 429,
      })) {
        addresses[role] = await started((request, response) => {
          hits[role] = (hits[role] ?? 0) + 1;
          const [, packed = ''] = request.headers.authorization?.split(' ') ?? [];
          login ||= Buffer.from(packed, 'base64').toString().split(':')[0] ?? '';
          response.writeHead(status).end(status === 200 ? '<project/>' : '');
        });
      }
      const at = (role: string): string => addresses[role] ?? '';
      const configured = Object.entries((row['configMirrors'] ?? {}) as Record<string, string[]>);
      const patterns = (row['mirrorPatterns'] as string[]).join(',');
      const login1 = { id: 'm1', username: 'mirror-user', password: 'mirror-pass' };
      const mirrors = usableMirrors(
        [{ id: 'm1', url: at('mirror'), mirrorOf: patterns }],
        row['mirrorWithCreds'] === true ? [login1] : [],
        new Map(configured.map(([role, roles]) => [at(role), roles.map(at)])),
      );
      const { fetcher } = fetcherOf({ last: central(at('repo1')), mirrors });
      const coordinates = { groupId: 'com.example', artifactId: 'example-api', version: '1.0.0' };
      const answer = await fetcher.fetch({ ...coordinates, repositories: [] });
      expect(answer).toMatchObject(
        row['wantErr'] === undefined
          ? { kind: 'found' }
          : { kind: 'limited', problem: expect.stringContaining(row['wantErr'] as string) as string },
      );
      expect(hits).toEqual(row['wantHits']);
      expect(login).toBe(row['wantBasicAuth'] ?? '');
    },
  );
});

async function analyzeWithServers(
  path: string,
  row: Row,
): Promise<{ found: Contribution | null; problem: string }> {
  const testdata = trivyFixture(folder, 'testdata');
  // The row has a handler in Go, which answers everything so.
  const last = await started(
    row['serverHandler'] === undefined
      ? filesOf(join(testdata, 'repository'))
      : (_request, response) => response.writeHead(429, { 'retry-after': '1800' }).end(),
  );
  const first =
    row['enableRepoForSettingsRepo'] === true
      ? [
          {
            ...central(await started(filesOf(join(testdata, 'repository-for-settings-repo')))),
            snapshots: false,
          },
        ]
      : [];
  const { fetcher, problems } = fetcherOf({ first, last: central(last) });
  const poms = row['offline'] === true ? null : new NotedPoms((wanted) => fetcher.fetchAll(wanted));
  let found = analyzeProject(path, poms);
  while ((await poms?.fetchNoted()) === true) {
    found = analyzeProject(path, poms);
  }
  return { found, problem: problems.join('\n') };
}

/** Without POMs of servers, those of the fixtures are in the local repository. */
function analyzeProject(path: string, poms: NotedPoms | null): Contribution | null {
  const disk = trivyFixture(folder, '.');
  // The ids have the path of the POM in them, so the whole project is there under its own path.
  const files = filesBelow(disk)
    .filter((name) => name.startsWith(`${projectOf(path)}/`))
    .map((name) => fileOnDisk(join(disk, name), name));
  const host = hostFiles(disk, { HOME: 'home', MAVEN_HOME: 'maven' });
  const settings = '<settings><localRepository>testdata/repository</localRepository></settings>';
  const isLocal = poms === null && !path.includes('offline');
  return analyze('pom', files, {
    ...(poms === null ? {} : { remotePoms: poms }),
    host: {
      ...host,
      read: (name) => (name === 'home/.m2/settings.xml' && isLocal ? Buffer.from(settings) : host.read(name)),
    },
  });
}

function fetcherOf(options: {
  first?: Repository[];
  last: Repository;
  mirrors?: ReturnType<typeof usableMirrors>;
}): {
  fetcher: PomFetcher;
  problems: unknown[];
} {
  const problems: unknown[] = [];
  const fetcher = new PomFetcher({
    first: [],
    mirrors: usableMirrors([], [], new Map()),
    servers: [],
    fetch,
    cache: null,
    log: { ...silentLog, warn: (_message, details) => void problems.push(details?.['problem']) },
    signal: new AbortController().signal,
    ...options,
  });
  return { fetcher, problems };
}

async function started(listener: Parameters<typeof serve>[0]): Promise<string> {
  const server = await serve(listener);
  servers.push(server);
  return server.url;
}

function central(url: string): Repository {
  return { id: 'central', url: new URL(url), releases: true, snapshots: true };
}

function rowsOf(table: string, variable?: string): (readonly [string, Row])[] {
  return resolvedRows('language-parsers', folder, table, variable).map(
    (row) => [row['name'] as string, row] as const,
  );
}

/** `testdata/parent/child/pom.xml` → `testdata/parent` */
function projectOf(path: string): string {
  return path.split('/').slice(0, 2).join('/');
}

/** The end of a package's id; rows make some packages by a function that is given it. */
function hashOf(wanted: Row): unknown {
  const id = wanted['ID'] as string | undefined;
  const parts = [...(id?.split('::') ?? []), ...((wanted['args'] ?? []) as readonly unknown[])];
  return parts.find((part) => typeof part === 'string' && /^[0-9a-f]{8}$/.test(part));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** `mustParseURL(t, TEXT)` */
function addressIn(call: unknown): string {
  const { args } = call as { args: readonly unknown[] };
  return new URL(String(args[1])).href;
}

function repositoryIn(row: Row): Repository {
  return {
    id: textOf(row['id']),
    url: new URL(addressIn(row['url'])),
    releases: row['releaseEnabled'] === true,
    snapshots: row['snapshotEnabled'] === true,
  };
}

function plain({ url, ...repository }: Repository): unknown {
  return { ...repository, url: url.href };
}

function mirrorsIn(row: Row): ReturnType<typeof usableMirrors> {
  const { mirrors, servers: known } = settingsIn({
    Mirrors: row['settingsMirrors'],
    Servers: row['servers'],
  });
  return usableMirrors(
    mirrors,
    known,
    new Map(Object.entries((row['configMirrors'] ?? {}) as Record<string, string[]>)),
  );
}

function settingsIn(row: Row): MavenSettings {
  const entries = (key: string): readonly Row[] => (row[key] ?? []) as readonly Row[];
  return {
    ...noMavenSettings,
    localRepository: textOf(row['LocalRepository']),
    servers: entries('Servers').map((server) => ({
      id: textOf(server['ID']),
      username: textOf(server['Username']),
      password: textOf(server['Password']),
    })),
    profiles: entries('Profiles').map((profile) => ({
      id: textOf(profile['ID']),
      isActiveByDefault: profile['ActiveByDefault'] === true,
      repositories: ((profile['Repositories'] ?? []) as readonly Row[]).map((one): DeclaredRepository => ({
        id: textOf(one['ID']),
        url: textOf(one['URL']),
        releases: textOf(one['ReleasesEnabled']),
        snapshots: textOf(one['SnapshotsEnabled']),
      })),
    })),
    activeProfiles: (row['ActiveProfiles'] ?? []) as readonly string[],
    proxies: entries('Proxies').map((proxy) => ({
      id: textOf(proxy['ID']),
      isActive: ['', 'true'].includes(textOf(proxy['Active'])),
      protocol: textOf(proxy['Protocol']),
      host: textOf(proxy['Host']),
      port: textOf(proxy['Port']),
      username: textOf(proxy['Username']),
      password: textOf(proxy['Password']),
      nonProxyHosts: textOf(proxy['NonProxyHosts']),
    })),
    mirrors: entries('Mirrors').map((mirror) => ({
      id: textOf(mirror['ID']),
      url: textOf(mirror['URL']),
      mirrorOf: textOf(mirror['MirrorOf']),
    })),
  };
}
