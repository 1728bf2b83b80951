import { loadFalcoConfig } from '@lanner/api';
import { expect, test } from 'vitest';
import { checkConfig } from './checks.ts';
import { endpointOfOption, endpointOfUrl } from './audit-endpoint.ts';
import { chooseSource, enabledSources } from './event-source.ts';
import type { DetectSettings } from './settings.ts';

function configOf(text: string): DetectSettings['config'] {
  const files = { read: () => text, list: () => null };
  return loadFalcoConfig({ path: 'falco.yaml', options: [], files, env: {}, lenient: false }).config;
}

function settingsOf(text: string, capture: string | null = null): DetectSettings {
  const config = configOf(text);
  return {
    config,
    configFiles: [],
    configFolders: [],
    rulePaths: [],
    rulesOptional: true,
    usesBuiltInRules: true,
    capture,
    json: false,
    unbuffered: false,
  };
}

const audit = (openParams: string): string =>
  `engine: {kind: nodriver}\nload_plugins: [k8saudit]\nplugins: [{name: k8saudit, open_params: "${openParams}"}]\n`;

test.each([
  [['syscall'], ['syscall'], 'You can not mix'],
  [['nosuch'], [], 'Attempted enabling an unknown event source: nosuch'],
  [[], ['nosuch'], 'Attempted disabling an unknown event source: nosuch'],
  [[], ['syscall'], 'Must enable at least one event source'],
])('sources enabled %j and disabled %j: %s', (enable, disable, message) => {
  expect(() => enabledSources(['syscall'], { 'enable-source': enable, 'disable-source': disable })).toThrow(
    message,
  );
});

test('a capture goes before everything else, and needs no choice of sources', () => {
  const settings = settingsOf('engine: {kind: modern_ebpf}\n', 'x.scap');
  expect(chooseSource(settings, { 'enable-source': ['nosuch'] })).toMatchObject({
    kind: 'replay',
    engine: null,
  });
});

test('open_params of k8saudit name a webhook or a file; without a plugin nodriver waits', () => {
  expect(chooseSource(settingsOf(audit('http://:9765/k8s-audit')), {})).toMatchObject({
    kind: 'webhook',
    engine: 'source_plugin',
    endpoint: { address: '', port: 9765, path: '/k8s-audit', tlsFile: null },
  });
  expect(chooseSource(settingsOf(audit('/var/log/audit.log')), {})).toMatchObject({
    kind: 'replay',
    capture: '/var/log/audit.log',
  });
  expect(chooseSource(settingsOf('engine: {kind: nodriver}\n'), {}).kind).toBe('none');
});

test('the living machine is watched with the eBPF sensor, and audit events are received beside it', () => {
  const both = settingsOf(audit('http://:9765/').replace('nodriver', 'modern_ebpf'));
  const live = { kind: 'live', engine: 'modern_ebpf' };
  expect(chooseSource(both, {})).toMatchObject({ ...live, audit: { port: 9765 } });
  expect(chooseSource(both, { 'k8s-audit-listen': ':1' })).toMatchObject({ ...live, audit: { port: 1 } });
  expect(chooseSource(both, { 'enable-source': ['k8s_audit'] }).kind).toBe('webhook');
  expect(chooseSource(both, { 'enable-source': ['syscall'] })).toMatchObject({ ...live, audit: null });
  expect(chooseSource(settingsOf('engine: {kind: kmod}\n'), {})).toMatchObject({ ...live, audit: null });
  expect(() => chooseSource(settingsOf('engine: {kind: gvisor}\n'), {})).toThrow('cannot deliver events');
});

test('a file of audit records is not read beside the living machine', () => {
  const both = settingsOf(audit('/var/log/audit.log').replace('nodriver', 'modern_ebpf'));
  expect(() => chooseSource(both, {})).toThrow('a file of audit records is read to its end');
  expect(chooseSource(both, { 'enable-source': ['k8s_audit'] }).kind).toBe('replay');
});

test('an https address takes its certificate and its limits from init_config, a map or JSON', () => {
  const map = configOf(
    'plugins: [{name: k8saudit, init_config: {sslCertificate: /a.pem, maxEventSize: 99}}]\n',
  );
  expect(endpointOfUrl('https://[::1]:1/x', null, map)).toMatchObject({
    address: '::1',
    tlsFile: '/a.pem',
    maxEventBytes: 99,
  });
  const json = configOf(`plugins: [{name: k8saudit, init_config: '{"sslCertificate": "/b.pem"}'}]\n`);
  expect(endpointOfUrl('https://:1', null, json)).toMatchObject({ tlsFile: '/b.pem', path: '/' });
});

test('the option listens on loopback without an address; nonsense and a missing token file are errors', () => {
  const config = configOf('json_output: false\n');
  expect(endpointOfOption(':9765', null, config)).toMatchObject({ address: '127.0.0.1', path: '/k8s-audit' });
  expect(endpointOfOption('0.0.0.0:1/p', null, config)).toMatchObject({ address: '0.0.0.0', path: '/p' });
  expect(() => endpointOfOption('host', null, config)).toThrow('ADDRESS:PORT');
  expect(() => endpointOfOption(':70000', null, config)).toThrow('no valid port');
  expect(() => endpointOfOption(':1', '/no/such/token', config)).toThrow('token file');
});

test.each([
  [
    'syscall_event_drops: {threshold: 2}',
    'syscall event drops threshold must be a double in the range [0, 1]',
  ],
  [
    'syscall_event_drops: {actions: [ignore, log]}',
    'syscall event drop action "log" does not make sense with the "ignore" action',
  ],
  ['syscall_event_drops: {actions: [shout]}', 'available actions for syscall event drops are'],
  ['load_plugins: [cloudtrail]', "Cannot load plugin 'cloudtrail'"],
  ['plugins: [{name: cloudtrail, library_path: x.so}]', "Cannot load plugin 'cloudtrail'"],
  ['metrics: {enabled: true, interval: 50ms}', 'Metrics interval must have a minimum value of 100ms'],
  ['webserver: {enabled: true, listen_port: 70000}', '70000 is no port'],
  ['log_level: loud', 'Unknown log level loud'],
])('%s is refused: %s', (text, message) => {
  expect(() => {
    checkConfig(configOf(`${text}\n`));
  }).toThrow(message);
});

test('a plugin that is not loaded does no harm', () => {
  expect(() => {
    checkConfig(configOf('load_plugins: [json]\nplugins: [{name: cloudtrail}, {name: json}]\n'));
  }).not.toThrow();
});
