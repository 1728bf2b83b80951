import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '@lanner/core';
import { RegistryClient, sha256 } from '@lanner/runtimes';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { diskFolder } from './disk-folder.ts';
import { pullRules } from './pull.ts';

const work = mkdtempSync(join(tmpdir(), 'lanner-pull-'));
const blobs = new Map<string, Buffer>();
const tags = new Map<string, Buffer>();
let server: Server;
let host = '';

beforeAll(async () => {
  server = createServer((request, response) => {
    const [, kind = '', name = ''] = /\/(manifests|blobs)\/(.*)$/.exec(request.url ?? '') ?? [];
    const body = kind === 'manifests' ? tags.get(name) : blobs.get(name);
    response.writeHead(body === undefined ? 404 : 200).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  rmSync(work, { recursive: true });
});

function publish(tag: string, files: Record<string, string>): void {
  const folder = mkdtempSync(join(work, 'src-'));
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(folder, name), content);
  }
  const layer = execFileSync('tar', ['-C', folder, '-czf', '-', ...Object.keys(files)]);
  blobs.set(sha256(layer), layer);
  const mediaType = 'application/vnd.cncf.falco.rulesfile.layer.v1+tar.gz';
  tags.set(
    tag,
    Buffer.from(JSON.stringify({ layers: [{ mediaType, digest: sha256(layer), size: layer.length }] })),
  );
}

const client = new RegistryClient({ fetch, log: silentLog, credentials: () => Promise.resolve(null) });
const validate = (files: ReadonlyMap<string, string>): string[] =>
  [...files.values()].filter((text) => text.includes('broken')).map(() => 'it is broken');

test('installs what is new, does nothing when it is not, and keeps the last good rules', async () => {
  const path = join(work, 'rules');
  const pull = () =>
    pullRules(`${host}/rules/falco-rules:1`, { client, folder: diskFolder(path), validate, log: silentLog });
  publish('1', { 'falco_rules.yaml': '- list: a\n' });
  expect(await pull()).toMatchObject({ changed: true, files: ['falco_rules.yaml'] });
  expect(await pull()).toMatchObject({ changed: false });
  publish('1', { 'falco_rules.yaml': 'broken' });
  await expect(pull()).rejects.toThrow('it is broken');
  expect(readFileSync(join(path, 'falco_rules.yaml'), 'utf8')).toBe('- list: a\n');
  publish('1', { 'falco_rules.yaml': '- list: b\n' });
  expect(await pull()).toMatchObject({ changed: true });
  expect(readFileSync(join(path, 'falco_rules.yaml'), 'utf8')).toBe('- list: b\n');
  expect(readdirSync(path).filter((name) => name.endsWith('.new'))).toEqual([]);
});

test('refuses an artifact without rules', async () => {
  tags.set('2', Buffer.from('{"layers":[]}'));
  const folder = diskFolder(join(work, 'other'));
  await expect(pullRules(`${host}/rules/x:2`, { client, folder, validate, log: silentLog })).rejects.toThrow(
    'is no rule artifact',
  );
  publish('3', { 'readme.txt': 'x' });
  await expect(pullRules(`${host}/rules/x:3`, { client, folder, validate, log: silentLog })).rejects.toThrow(
    'holds no rule file',
  );
});
