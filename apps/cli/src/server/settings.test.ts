import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '@lanner/core';
import { AgentAuthority } from '@lanner/hub/http';
import { afterAll, expect, test } from 'vitest';
import { isLoopback, readServerSettings } from './settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'lanner-settings-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function read(values: Record<string, string | boolean> = {}, env: Record<string, string> = {}) {
  return readServerSettings({ data: folder, ...values }, env, silentLog);
}

function config(text: string): string {
  const path = join(folder, 'config.yaml');
  writeFileSync(path, text);
  return path;
}

test('without settings everything is on loopback', () => {
  expect(read()).toMatchObject({
    dataFolder: folder,
    api: { address: '127.0.0.1', port: 2802, tls: null },
    intake: { address: '127.0.0.1', port: 2801, tls: null },
    agents: null,
    keepMs: 30 * 86_400_000,
    keepBytes: 2 ** 30,
    notifyAll: false,
    muteMs: 600_000,
  });
});

test('the configuration and the command line are honoured', () => {
  const settings = read({
    config: config('listenport: 3000\n'),
    listen: '[::1]:80',
    agents: '0.0.0.0:2803',
    'keep-days': '7',
    'notify-all': true,
  });
  expect(settings).toMatchObject({
    api: { address: '::1', port: 80 },
    agents: { address: '0.0.0.0', port: 2803 },
    intake: { port: 3000 },
    keepMs: 7 * 86_400_000,
    notifyAll: true,
  });
  expect(read({}, { LISTENPORT: '4000' }).intake.port).toBe(4000);
});

test.each([
  ['an API for everybody without TLS', { listen: '0.0.0.0:2802' }, {}, 'without TLS'],
  ['an intake for everybody without TLS', {}, { LISTENADDRESS: '0.0.0.0' }, 'without TLS'],
  ['an address that is none', { listen: 'here' }, {}, 'no address and port'],
  ['a port of agents without its address', { agents: '2803' }, {}, 'no address and port'],
  ['a certificate without its key', { 'tls-cert': 'c' }, {}, 'go together'],
  ['a port that is none', {}, { LISTENPORT: '70000' }, 'no port'],
  ['a file that is not there', { config: '/nowhere/c.yaml' }, {}, 'cannot be read'],
  ['no amount', { 'keep-days': 'many' }, {}, 'no amount'],
])('refuses %s', (_name, values, env, message) => {
  expect(() => read(values, env)).toThrow(message);
});

test('an unknown key is refused with the nearest one, and passed over when asked to', () => {
  const path = config('slack: {webhookur: x}\n');
  expect(() => read({ config: path })).toThrow('Did you mean slack.webhookurl?');
  expect(read({ config: path, lenient: true }).config.text('slack.webhookurl')).toBe('');
});

test('what loopback is', () => {
  expect(['127.0.0.1', '127.9.9.9', '::1', 'localhost'].every(isLoopback)).toBe(true);
  expect(['0.0.0.0', '', '10.0.0.1', '127.evil.test', '::'].some(isLoopback)).toBe(false);
});

test('what is no certificate with its key is told, and not left to the server', () => {
  const wrong = join(folder, 'wrong.pem');
  writeFileSync(wrong, 'not PEM\n');
  const { key, certificate } = AgentAuthority.open(join(folder, 'authority.pem'), Date.now()).issueServer(
    Date.now(),
  );
  const [cert, own] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  writeFileSync(cert, certificate);
  writeFileSync(own, key);
  expect(read({ 'tls-cert': cert, 'tls-key': own }).api.tls).toMatchObject({ cert: certificate });
  for (const values of [
    { 'tls-cert': wrong, 'tls-key': own },
    { 'tls-cert': cert, 'tls-key': wrong },
  ]) {
    expect(() => read(values)).toThrow(`${values['tls-cert']} and ${values['tls-key']}`);
  }
  const env = { TLSSERVER_DEPLOY: 'true', TLSSERVER_CERTFILE: cert, TLSSERVER_KEYFILE: wrong };
  expect(() => read({}, env)).toThrow(`${cert} and ${wrong}`);
});

test('people sign in by a provider where the configuration, a variable or an option says which', () => {
  expect(read().oidc).toBeNull();
  const secret = join(folder, 'client-secret');
  writeFileSync(secret, 's3cret\n');
  const settings = read(
    {
      config: config('oidc: {issuer: "https://file.test", defaultrole: view}\n'),
      'oidc-issuer': 'https://option.test',
      'oidc-client-secret-file': secret,
    },
    { LANNER_OIDC_CLIENTID: 'lanner' },
  );
  expect(settings.oidc).toMatchObject({ clientId: 'lanner', clientSecret: 's3cret' });
  expect(settings.oidc?.issuer.host).toBe('option.test');
  const shown = settings.config.effective().filter(({ key }) => key.startsWith('oidc.c'));
  expect(JSON.stringify(shown)).not.toContain('s3cret');
  expect(shown.find(({ key }) => key === 'oidc.clientsecretfile')?.from).toBe('option');
  expect(() => read({ 'oidc-client-id': 'lanner' })).toThrow(/oidc\.issuer: is missing/);
});
