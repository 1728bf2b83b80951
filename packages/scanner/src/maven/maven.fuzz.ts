import { silentLog } from '@lanner/core';
import type { AnalyzerContext } from '../analyzer.ts';
import { analyzers } from '../analyzers/registry.gen.ts';
import { changeLines } from '../formats/dpkg/dpkg.fuzz.ts';
import { readArchive } from '../testkit/archive.ts';
import { artifactFile, fileTree, plainContext } from '../testkit/file.ts';
import { type FuzzReport, fuzzAsyncParser, type Random } from '../testkit/fuzz.ts';
import { mirrorKey, usableMirrors } from './mirrors.ts';
import { mavenCentral, PomFetcher } from './pom-fetcher.ts';
import { proxyVariables } from './proxies.ts';
import { NotedPoms } from './remote-poms.ts';
import { readMavenSettings, settingsRepositories } from './settings.ts';

const found = analyzers.find(({ id }) => id === 'pom');
if (found?.scope !== 'tree') {
  throw new Error('there is no analyzer of POMs');
}
const pomAnalyzer = found;

/** What nobody but the settings may tell a repository. */
const secret = 'not-to-be-told';
const env = { HOME: '/home', MAVEN_HOME: '/maven', TOKEN: secret };

/** Longest processor time of one world, in ms, and the most that may be found in it. */
const maxMs = 2000;
const maxReport = 8 * 2 ** 20;
/** Characters of a world: no larger ones are made. */
const maxWorld = 300_000;

/**
 * Worlds of Maven that were sound until parts of them were changed: a project with modules and a parent, settings of the
 * user and of the installation, the local repository and those of the network with `maven-metadata.xml`. Each is resolved
 * to its end. What is asked for must be within the repository, and must not tell variables of the machine.
 */
export function fuzzMaven(inputs: number, seed: number): Promise<FuzzReport> {
  return fuzzAsyncParser(inputs, seed, {
    corpus: [world, ...corners],
    change: changeWorld,
    read: resolveWorld,
  });
}

async function resolveWorld(input: Buffer): Promise<void> {
  const before = process.cpuUsage();
  const files = readArchive(input.toString('utf8'));
  const settings = readMavenSettings(env, (path) => files.get(path)?.toString('utf8'));
  proxyVariables(settings, env);
  const mirrored = new Map([[mirrorKey(mavenCentral.url), ['https://mirror.test/central/']]]);
  const fetcher = new PomFetcher({
    first: settingsRepositories(settings),
    servers: settings.servers,
    last: mavenCentral,
    mirrors: usableMirrors(settings.mirrors, settings.servers, files.size % 2 === 0 ? mirrored : new Map()),
    fetch: (url) => Promise.resolve(answerOf(url, files)),
    cache: null,
    log: silentLog,
    signal: new AbortController().signal,
    limits: { requests: 300, pom: 100_000, bytes: 200_000, timeoutMs: 1000, atOnce: 4 },
  });
  const remotePoms = new NotedPoms((wanted) => fetcher.fetchAll(wanted));
  const host: AnalyzerContext['host'] = { env, read: (path) => files.get(path) ?? null, list: () => [] };
  const tree = fileTree(
    [...files].filter(([path]) => /^[^/].*xml$/.test(path)).map(([path, bytes]) => artifactFile(path, bytes)),
  );
  const context = { ...plainContext, target: 'filesystem' as const, host, remotePoms };
  let contribution = pomAnalyzer.analyze(tree, context);
  while (await remotePoms.fetchNoted()) {
    contribution = pomAnalyzer.analyze(tree, context);
  }
  const report = JSON.stringify(contribution);
  const elapsedMs = process.cpuUsage(before).user / 1000;
  if (report.length > maxReport || elapsedMs > maxMs) {
    throw new Error(`${report.length} characters after ${Math.round(elapsedMs)} ms`);
  }
}

/** One POM for each path, whichever host is asked; also a busy host, one that is gone and one that says too much. */
function answerOf(address: string, files: ReadonlyMap<string, Buffer>): Response {
  const url = new URL(address);
  const isTold = !(settingsOf(files) ?? '').includes('TOKEN') && decodeURIComponent(address).includes(secret);
  if (!/^https?:$/.test(url.protocol) || `${url.username}${url.password}` !== '' || isTold) {
    throw new TypeError(`asked for ${address}`);
  }
  if (url.host === mavenCentral.url.host && !url.pathname.startsWith(mavenCentral.url.pathname)) {
    throw new TypeError(`out of the repository: ${address}`);
  }
  switch (url.hostname) {
    case 'busy.test':
      return new Response(null, { status: 429, headers: { 'retry-after': '1' } });
    case 'large.test':
      return new Response('<project>'.repeat(20_000));
    default:
  }
  const path = /\/(g\/.*)$/.exec(url.pathname)?.[1];
  const pom = files.get(`/remote/${path ?? ''}`);
  return new Response(pom === undefined ? null : new Uint8Array(pom), {
    status: pom === undefined ? 404 : 200,
  });
}

function settingsOf(files: ReadonlyMap<string, Buffer>): string | undefined {
  return [...files].find(([path]) => path.endsWith('settings.xml'))?.[1].toString('utf8');
}

const values = [
  ...[
    '',
    '1',
    '${project.version}',
    '${pom.groupId}',
    '${a}',
    '${b}${b}',
    '${env.TOKEN}',
    '1-${a}',
    '${${a}}',
  ],
  ...[
    '[1]',
    '[1,2)',
    '1-SNAPSHOT',
    'LATEST',
    '..',
    '../..',
    '../pom.xml',
    '/',
    '%2e%2e',
    'g',
    'a?b#c',
    'é\u2028',
  ],
  ...['import', 'test', 'compile', 'true', '*', '!own', 'external:*', 'external:http:*', '*,!own'],
  ...[
    'http://busy.test/',
    'https://large.test',
    'http://u:p%@h/x',
    'file:///etc/',
    'http://[',
    '0'.repeat(3000),
  ],
];
const containers = [
  'dependencies',
  'modules',
  'repositories',
  'profiles',
  'mirrors',
  'servers',
  'properties',
];

/** Other texts and whole elements in other places; sometimes plain lines. */
function changeWorld(file: Buffer, random: Random): Buffer {
  const text = file.toString('utf8');
  switch (random(8)) {
    case 0:
      return changeLines(file, random);
    case 1: {
      const [from, to] = element(text, random);
      const times = random(8) === 0 ? 200 : 1 + random(3);
      const copied = (to - from) * times + text.length < maxWorld ? text.slice(from, to).repeat(times) : '';
      const into = `<${containers[random(containers.length)] ?? ''}>`;
      return Buffer.from(text.replace(into, () => into + copied));
    }
    case 2: {
      const [from, to] = element(text, random);
      return Buffer.from(text.slice(0, from) + text.slice(to));
    }
    default: {
      const [from, to] = leaf(text, random);
      const [otherFrom, otherTo] = leaf(text, random);
      const other = random(2) === 0 ? values[random(values.length)] : text.slice(otherFrom, otherTo);
      return Buffer.from(text.slice(0, from) + (other ?? '') + text.slice(to));
    }
  }
}

/** Where an element begins and ends, roughly: the first end of its name. */
function element(text: string, random: Random): [from: number, to: number] {
  const from = text.indexOf('<', random(text.length));
  const name = /^<(\w+)>/.exec(text.slice(from, from + 40))?.[1] ?? '';
  const to = text.indexOf(`</${name}>`, from);
  return from < 0 || name === '' || to < 0 ? [0, 0] : [from, to + name.length + 3];
}

/** Where the text between two marks begins and ends. */
function leaf(text: string, random: Random): [from: number, to: number] {
  const end = text.indexOf('</', random(text.length));
  const from = text.lastIndexOf('>', end);
  return end < 0 || from < 0 ? [0, 0] : [from + 1, end];
}

function coordinates(artifact: string, version = '1'): string {
  return `<groupId>g</groupId>\n<artifactId>${artifact}</artifactId>\n<version>${version}</version>`;
}

function needs(...artifacts: readonly string[]): string {
  const all = artifacts.map((one) => `<dependency>${coordinates(one)}</dependency>`);
  return `<dependencies>${all.join('\n')}</dependencies>`;
}

function pom(artifact: string, body: string, version?: string): string {
  return `<project>${coordinates(artifact, version)}\n${body}\n</project>\n`;
}

const imported =
  '<dependency><groupId>g</groupId><artifactId>bom</artifactId><version>${bom}</version><type>pom</type><scope>import</scope></dependency>';
const named =
  '<repositories><repository><id>own</id><url>http://own.test/r</url><releases><enabled>true</enabled></releases><snapshots><enabled>true</enabled></snapshots></repository></repositories>';

function worldOf(files: Readonly<Record<string, string>>): Buffer {
  return Buffer.from(
    Object.entries(files)
      .map(([path, text]) => `-- ${path} --\n${text}\n`)
      .join(''),
  );
}

const world = worldOf({
  'pom.xml': pom(
    'app',
    `<parent><groupId>g</groupId><artifactId>base</artifactId><version>1</version><relativePath>base</relativePath></parent>
<properties><a>1</a><b>\${a}</b><bom>\${b}</bom></properties>
<modules><module>core</module><module>base/pom.xml</module></modules>
<dependencyManagement><dependencies>${imported}</dependencies></dependencyManagement>
<dependencies><dependency><groupId>\${project.groupId}</groupId><artifactId>a</artifactId><exclusions><exclusion><groupId>g</groupId><artifactId>c</artifactId></exclusion></exclusions></dependency>
<dependency>${coordinates('snap', '1-SNAPSHOT')}<scope>runtime</scope><optional>false</optional></dependency></dependencies>
<licenses><license><name>MIT</name><url>https://opensource.org/licenses/MIT</url></license></licenses>
${named}`,
  ),
  'core/pom.xml': `<project><parent>${coordinates('app')}</parent><artifactId>core</artifactId>${needs('local', 'b')}</project>`,
  'base/pom.xml': `<project>${coordinates('base')}<parent>${coordinates('top')}</parent>${needs('c')}</project>`,
  '/home/.m2/settings.xml': `<settings><localRepository>\${user.home}/.m2/repository</localRepository>
<servers><server><id>own</id><username>u</username><password>\${env.WORD}</password></server></servers>
<mirrors><mirror><id>m</id><url>https://mirror.test/all</url><mirrorOf>external:http:*,!own</mirrorOf></mirror></mirrors>
<activeProfiles><activeProfile>p</activeProfile></activeProfiles>
<profiles><profile><id>p</id>${named}</profile></profiles></settings>`,
  '/maven/conf/settings.xml': `<settings><proxies><proxy><id>x</id><active>true</active><protocol>http</protocol><host>h</host><port>1</port><nonProxyHosts>a|b</nonProxyHosts></proxy></proxies>
<profiles><profile><id>q</id><activation><activeByDefault>true</activeByDefault></activation>${named}</profile></profiles></settings>`,
  '/home/.m2/repository/g/local/1/local-1.pom': pom('local', needs('a', 'd')),
  '/remote/g/top/1/top-1.pom': pom('top', `<properties><b>2</b></properties>${needs('d')}`),
  '/remote/g/bom/1/bom-1.pom': pom(
    'bom',
    `<dependencyManagement>${needs('a', 'b')}</dependencyManagement>${named}`,
  ),
  '/remote/g/a/1/a-1.pom': pom('a', needs('b', 'c', 'd')),
  '/remote/g/b/1/b-1.pom': pom('b', `<parent>${coordinates('top')}</parent>${needs('a')}`),
  '/remote/g/snap/1-SNAPSHOT/maven-metadata.xml':
    '<metadata><versioning><snapshotVersions><snapshotVersion><extension>pom</extension><value>1-20260101.010101-1</value></snapshotVersion></snapshotVersions></versioning></metadata>',
  '/remote/g/snap/1-SNAPSHOT/snap-1-20260101.010101-1.pom': pom('snap', needs('a'), '1-SNAPSHOT'),
});

/** Parts of it, which take less time. */
const corners = [
  worldOf({
    'pom.xml': pom('app', `<properties><a>1</a><b>\${a}</b></properties>${named}${needs('a')}`),
    '/remote/g/a/1/a-1.pom': pom('a', `<parent>${coordinates('top')}</parent>${needs('top')}`),
    '/remote/g/top/1/top-1.pom': pom('top', `<properties><b>2</b></properties>`),
  }),
  worldOf({
    'pom.xml': pom('app', `<modules><module>core</module></modules><parent>${coordinates('base')}</parent>`),
    '../pom.xml': pom('base', needs('b')),
    'core/pom.xml': `<project><parent>${coordinates('app')}</parent><artifactId>core</artifactId></project>`,
    '/home/.m2/settings.xml': `<settings><mirrors><mirror><id>m</id><url>https://mirror.test/all</url><mirrorOf>*</mirrorOf></mirror></mirrors></settings>`,
  }),
  worldOf({
    'pom.xml': pom(
      'app',
      `<dependencies><dependency>${coordinates('snap', '1-SNAPSHOT')}</dependency></dependencies>${named}`,
    ),
    '/maven/conf/settings.xml': `<settings><servers><server><id>own</id><username>u</username><password>\${env.WORD}</password></server></servers></settings>`,
    '/remote/g/snap/1-SNAPSHOT/maven-metadata.xml':
      '<metadata><versioning><snapshotVersions><snapshotVersion><extension>pom</extension><value>2</value></snapshotVersion></snapshotVersions></versioning></metadata>',
    '/remote/g/snap/1-SNAPSHOT/snap-2.pom': pom('snap', needs('a'), '1-SNAPSHOT'),
  }),
];
