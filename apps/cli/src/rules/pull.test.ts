import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256 } from '@lanner/runtimes';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { testEnvironment } from '../testkit/environment.ts';
import { recordingLog } from '../testkit/recording-log.ts';
import { fullReference } from './artifact-names.ts';
import { dockerEffects } from './docker-effects.ts';
import { follow } from './follow.ts';
import { loadingProblems, pull } from './pull.ts';

const work = mkdtempSync(join(tmpdir(), 'lanner-rules-pull-'));
const blobs = new Map<string, Buffer>();
const tags = new Map<string, Buffer>();
/** What the registry wants in the authorization header; '' for nothing. */
let wanted = '';
let server: Server;
let host = '';

beforeAll(async () => {
  server = createServer((request, response) => {
    if (wanted !== '' && request.headers.authorization !== wanted) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
      return;
    }
    const [, kind = '', name = ''] = /\/(manifests|blobs)\/(.*)$/.exec(request.url ?? '') ?? [];
    const body = kind === 'manifests' ? tags.get(name) : blobs.get(name);
    response.writeHead(body === undefined ? 404 : 200).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(work, { recursive: true });
});
beforeEach(() => {
  wanted = '';
});

function publish(tag: string, text: string): void {
  const source = mkdtempSync(join(work, 'src-'));
  writeFileSync(join(source, 'rules.yaml'), text);
  const layer = execFileSync('tar', ['-C', source, '-czf', '-', 'rules.yaml']);
  blobs.set(sha256(layer), layer);
  const mediaType = 'application/vnd.cncf.falco.rulesfile.layer.v1+tar.gz';
  tags.set(
    tag,
    Buffer.from(JSON.stringify({ layers: [{ mediaType, digest: sha256(layer), size: layer.length }] })),
  );
}

const rule = (condition: string): string =>
  `- {rule: é, desc: d, condition: ${condition}, output: o, priority: INFO}\n`;

async function run(
  references: string[],
  folder: string,
  env: Record<string, string> = {},
): Promise<{ status: number; out: string; err: string }> {
  const environment = testEnvironment({ env: { HOME: join(work, 'nobody'), ...env } });
  const status = await pull(environment, { values: { folder }, positionals: references });
  return { status, ...environment.written };
}

test('installs rules, says when there is nothing new, and refuses those that do not load', async () => {
  const folder = join(work, 'installed');
  publish('1', rule('evt.type = open'));
  const reference = `${host}/rules/r:1`;
  const first = await run([reference], folder);
  expect(first).toMatchObject({ status: 0, err: '' });
  expect(first.out).toMatch(new RegExp(`^${reference} sha256:[0-9a-f]{64} installed: rules\\.yaml\n$`));
  expect((await run([reference], folder)).out).toContain(' unchanged: rules.yaml\n');
  publish('1', rule('evt.type = open and proc.nam = x'));
  const bad = await run([reference], folder);
  expect(bad.status).toBe(1);
  expect(bad.err).toMatch(/does not load: rules\.yaml:1:\d+: LOAD_ERR_COMPILE_CONDITION .*proc\.nam/);
  expect(readFileSync(join(folder, 'rules.yaml'), 'utf8')).toBe(rule('evt.type = open'));
});

test('an artifact that fails does not keep the others out', async () => {
  publish('2', rule('evt.type = close'));
  const folder = join(work, 'several');
  const { status, out, err } = await run([`${host}/rules/r:absent`, `${host}/rules/r:2`], folder);
  expect(status).toBe(1);
  expect(err).toContain('has no such version');
  expect(out).toContain('installed: rules.yaml');
});

test('following installs what is published later, until it is stopped', async () => {
  publish('3', rule('evt.type = open'));
  const folder = join(work, 'followed');
  const stop = new AbortController();
  const log = recordingLog();
  const environment = testEnvironment({ env: { HOME: work }, log, signal: stop.signal });
  const running = follow(environment, {
    values: { folder, every: '20ms' },
    positionals: [`${host}/rules/r:3`],
  });
  const logged = async (count: number): Promise<void> => {
    await expect.poll(() => log.lines.filter((line) => line.includes('rules installed')).length).toBe(count);
  };
  await logged(1);
  publish('3', rule('evt.type = close'));
  await logged(2);
  publish('3', 'no list');
  await expect.poll(() => log.lines.at(-1)).toContain('warn rules could not be updated');
  stop.abort();
  expect(await running).toBe(0);
  expect(readFileSync(join(folder, 'rules.yaml'), 'utf8')).toBe(rule('evt.type = close'));
});

describe('credentials', () => {
  const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

  test('come from the configuration of docker', async () => {
    publish('4', rule('evt.type = open'));
    wanted = basic('me:secret');
    const config = join(work, 'docker');
    mkdirSync(config);
    const auth = Buffer.from('me:secret').toString('base64');
    writeFileSync(join(config, 'config.json'), JSON.stringify({ auths: { [host]: { auth } } }));
    const reference = `${host}/rules/r:4`;
    expect((await run([reference], join(work, 'private'))).err).toContain('does not let you read');
    expect(await run([reference], join(work, 'private'), { DOCKER_CONFIG: config })).toMatchObject({
      status: 0,
    });
  });

  test('come from a helper, which is run without a shell', async () => {
    const bin = join(work, 'bin');
    mkdirSync(bin);
    const helper = join(bin, 'docker-credential-test');
    writeFileSync(
      helper,
      '#!/bin/sh\nread host\necho "{\\"Username\\":\\"$host\\",\\"Secret\\":\\"$1\\"}"\n',
    );
    chmodSync(helper, 0o755);
    const { runHelper } = dockerEffects({ PATH: `${bin}:/usr/bin:/bin` });
    expect(await runHelper('test', 'r.example.com\n')).toBe('{"Username":"r.example.com","Secret":"get"}\n');
    expect(await runHelper('absent', 'r.example.com')).toBeNull();
    expect(await runHelper('../bin/docker-credential-test', 'x')).toBeNull();
    writeFileSync(helper, '#!/bin/sh\nexit 1\n');
    expect(await runHelper('test', 'x'.repeat(100_000))).toBeNull();
  });

  test('are not there without a configuration', async () => {
    expect(await dockerEffects({ HOME: join(work, 'nobody') }).readConfig()).toBeNull();
  });
});

test.each([
  ['falco-rules', 'ghcr.io/falcosecurity/rules/falco-rules'],
  ['falco-incubating-rules:3.1', 'ghcr.io/falcosecurity/rules/falco-incubating-rules:3.1'],
  ['falco-sandbox-rules@sha256:0', 'ghcr.io/falcosecurity/rules/falco-sandbox-rules@sha256:0'],
  ['k8saudit-rules:0.12', 'ghcr.io/falcosecurity/plugins/ruleset/k8saudit:0.12'],
  ['localhost:5000/a:1', 'localhost:5000/a:1'],
])('%s stands for %s', (text, full) => {
  expect(fullReference(text)).toBe(full);
});

test('a word that is no short name is refused, and none at all', async () => {
  expect(() => fullReference('falco-rule:3')).toThrow(
    expect.objectContaining({ hint: 'Did you mean falco-rules?' }),
  );
  await expect(run([], work)).rejects.toThrow('needs an artifact');
});

test('rules that need a plugin that there is not are not installed; warnings do not matter', () => {
  const plugin = '- required_plugin_versions: [{name: nothing-like-it, version: 1.0.0}]\n';
  expect(loadingProblems(new Map([['a', plugin]]))).toHaveLength(1);
  expect(loadingProblems(new Map([['a', '- {list: unused, items: []}\n']]))).toEqual([]);
  const macro = '- {macro: m, condition: evt.type = open}\n';
  expect(
    loadingProblems(
      new Map([
        ['a', macro],
        ['b', rule('m')],
      ]),
    ),
  ).toEqual([]);
});
