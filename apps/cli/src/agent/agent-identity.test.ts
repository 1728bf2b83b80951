import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Identity, parseJoinToken, writeIdentity } from '@lanner/agent';
import { silentLog } from '@lanner/core';
import { AgentAuthority } from '@lanner/hub/http';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { identification, type Identify } from './agent-identity.ts';
import { type AgentSettings, readAgentSettings } from './settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'lanner-identity-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const path = join(folder, 'identity.json');
const token = `lnr_0123456789ab_${'s'.repeat(32)}.${'f'.repeat(43)}`;
const nowMs = Date.now();
const authority = AgentAuthority.open(join(folder, 'authority.pem'), nowMs);
const settings: AgentSettings = {
  dataFolder: folder,
  server: null,
  token: null,
  name: 'n',
  spoolBytes: 1,
  spoolMs: 1,
};

function someone(joinedWith: string): Identity {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    id: '0123456789abcdef',
    name: 'n',
    server: 'https://127.0.0.1:1',
    authority: authority.certificate,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    certificate: authority.issueClient('0123456789abcdef', publicKey, nowMs, 3_600_000).certificate,
    joinedWith,
  };
}

function identify(changed: Partial<AgentSettings> = {}, aheadMs = 0): Identify {
  return identification(
    { ...settings, ...changed },
    { path, version: '1', now: () => nowMs + aheadMs, log: silentLog, signal: new AbortController().signal },
  );
}

beforeEach(() => {
  rmSync(path, { force: true });
});

test('who it is stays, and only its owner can read it', async () => {
  const identity = someone('0123456789ab');
  writeIdentity(path, identity);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(await identify()()).toEqual(identity);
  // The token that it joined with may still be given, as a service does; the server may have moved.
  const given = { token: parseJoinToken(token), server: 'https://127.0.0.1:2' };
  expect(await identify(given)()).toEqual({ ...identity, server: 'https://127.0.0.1:2' });
  // What was given once is remembered.
  expect(await identify()()).toEqual({ ...identity, server: 'https://127.0.0.1:2' });
});

test('another token enrols anew, at the server that is known', async () => {
  writeIdentity(path, someone('another'));
  await expect(identify({ token: parseJoinToken(token) })()).rejects.toMatchObject({
    code: 'agent.unreachable',
  });
});

test.each([
  ['nothing is known', () => undefined, {}, 0, 'usage.invalid'],
  ['there is a token and no server', () => undefined, { token: parseJoinToken(token) }, 0, 'usage.invalid'],
  ['the file is damaged', () => writeFileSync(path, '{"schema":1,"id":"x'), {}, 0, 'file.read'],
  ['the file is another one', () => writeFileSync(path, '[]'), {}, 0, 'file.read'],
  [
    'the key is of somebody else',
    () => writeIdentity(path, { ...someone('a'), key: someone('b').key }),
    {},
    0,
    'file.read',
  ],
  ['a newer version wrote it', () => writeFileSync(path, '{"schema":2}'), {}, 0, 'store.version'],
  ['its certificate has expired', () => writeIdentity(path, someone('a')), {}, 3_600_001, 'agent.enrolment'],
])('says what to do when %s', (_what, prepare, changed, aheadMs, code) => {
  prepare();
  expect(() => identify(changed, aheadMs)).toThrow(
    expect.objectContaining({ code, hint: expect.any(String) as string }),
  );
});

test('an identity that cannot be written is told with what to do', () => {
  expect(() => writeIdentity(join(folder, 'nowhere', 'identity.json'), someone('a'))).toThrow(
    expect.objectContaining({ code: 'file.write', hint: expect.any(String) as string }),
  );
});

test('settings come from options, variables and a file', () => {
  const read = (values: Record<string, string>, env: Record<string, string> = {}): AgentSettings =>
    readAgentSettings(values, { env, hostname: () => 'host' });
  const file = join(folder, 'token');
  writeFileSync(file, `${token}\n`);
  expect(read({ 'token-file': file, data: '/d', 'spool-mib': '2', 'spool-days': '0.5' })).toEqual({
    dataFolder: '/d',
    server: null,
    token: parseJoinToken(token),
    name: 'host',
    spoolBytes: 2 ** 21,
    spoolMs: 43_200_000,
  });
  expect(
    read({}, { LANNER_SERVER: 'https://a:1', LANNER_JOIN_TOKEN: token, LANNER_AGENT_DATA: '/e' }),
  ).toMatchObject({
    dataFolder: '/e',
    server: 'https://a:1',
    token: { id: '0123456789ab' },
  });
  expect(() => read({ 'token-file': '/nowhere' })).toThrow('cannot be read');
  expect(() => read({ token: 'x' })).toThrow('no join token');
  expect(() => read({ 'spool-mib': '-1' })).toThrow('no amount');
  // Told at the start, and not only once the machine is watched.
  expect(() => read({ server: 'server:2803' })).toThrow('no address of a server');
});
