import { expect, test } from 'vitest';
import { defineDestination } from '../destination.ts';
import { sidekickKeys } from './keys.ts';
import { loadSidekickConfig } from './load.ts';

function load(text: string | null, env: Record<string, string> = {}, lenient = false) {
  return loadSidekickConfig({ text, path: 'config.yaml', env, lenient });
}

test('environment goes before file, file before default, and keys are taken in any case', () => {
  const text = 'Slack:\n  WebhookURL: http://file\n  minimumpriority: error\nlistenport: 1\n';
  const { config, problems } = load(text, { SLACK_WEBHOOKURL: 'http://env', LISTENPORT: '' });
  expect(problems).toEqual([]);
  expect(config.text('slack.webhookurl')).toBe('http://env');
  expect(config.text('slack.minimumpriority')).toBe('error');
  expect(config.number('listenport')).toBe(1);
  expect(config.text('slack.outputformat')).toBe('all');
  expect(config.origin('slack.outputformat')).toBe('default');
});

test('sections without keys, and keys without values, are left alone', () => {
  const { config, problems } = load('slack:\naws:\n  s3:\n    # bucket: ""\n  lambda:\nloki:\n  hostport:\n');
  expect(problems).toEqual([]);
  expect(config.text('loki.hostport')).toBe('');
});

test('lists and maps come from YAML and from variables, colons in values included', () => {
  const { config } = load('customtags: [a, b]\nwebhook:\n  customheaders:\n    X-Key: a:b\n', {
    CUSTOMFIELDS: 'env:prod, link:http://x:1/y,who:%WHO',
    WHO: 'me',
  });
  expect(config.list('customtags')).toEqual(['a', 'b']);
  expect(config.map('webhook.customheaders')).toEqual({ 'x-key': 'a:b' });
  expect(config.map('customfields')).toEqual({ env: 'prod', link: 'http://x:1/y', who: 'me' });
});

test('a file has keys of maps in lower case, variables as they are written', () => {
  const { config } = load('customfields: {Cluster: One}\n', { TEMPLATEDFIELDS: 'Cluster:x' });
  expect(config.map('customfields')).toEqual({ cluster: 'One' });
  expect(config.map('templatedfields')).toEqual({ Cluster: 'x' });
});

test('a key that is satisfied otherwise is told of', () => {
  const { problems } = load('slack: {maxconcurrentrequests: 5}\n');
  expect(problems).toEqual([
    {
      severity: 'info',
      key: 'slack.maxconcurrentrequests',
      message:
        'has no effect: alerts are sent in their order, many at a time where the destination takes many',
    },
  ]);
});

test('what is wrong is told: unknown keys with the nearest one, values of another type', () => {
  const { problems } = load('slack: {webhookur: x}\nlistenport: many\n', {
    DEBUG: 'maybe',
    CUSTOMFIELDS: 'x',
  });
  expect(problems).toEqual([
    {
      severity: 'error',
      key: 'slack.webhookur',
      message: 'is no key of the configuration',
      hint: 'Did you mean slack.webhookurl?',
    },
    { severity: 'error', key: 'listenport', message: "a whole number is expected, not 'many'" },
    { severity: 'error', key: 'CUSTOMFIELDS', message: "'x' is no pair of a key, a colon and a value" },
    { severity: 'error', key: 'DEBUG', message: "true or false is expected, not 'maybe'" },
  ]);
  expect(load('slak: {}\n', {}, true).problems[0]?.severity).toBe('warning');
  expect(() => load('a: [')).toThrow('config.yaml');
  expect(() => load('- a')).toThrow('a map of keys is expected');
});

test('every key can be set by a variable and keeps its type', () => {
  const samples = {
    string: 'x',
    duration: '1s',
    integer: '7',
    boolean: 'true',
    list: 'a,b',
    map: 'a:b',
  } as const;
  const env = Object.fromEntries(
    sidekickKeys.map(({ key, env: name, type }) => [
      name ?? key.replaceAll('.', '_').toUpperCase(),
      samples[type],
    ]),
  );
  const { config, problems } = load(null, env);
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  for (const { key } of sidekickKeys) {
    expect(config.origin(key), key).toBe('environment');
  }
  expect(config.list('kafka.topic')).toEqual([]);
});

test('tells which outputs nobody serves, and hides secrets', () => {
  const slack = defineDestination({
    id: 'slack',
    title: 'Slack',
    doc: 'A test.',
    sidekick: { section: 'slack', enabledBy: ['webhookurl'], metricName: 'slack', audience: 'people' },
    open: () => Promise.reject(new Error('unused')),
  });
  const { config } = load('slack: {webhookurl: http://s}\ngotify: {hostport: http://g, format: markdown}\n');
  expect(config.unserved([slack])).toEqual(['gotify']);
  expect(slack.sidekick && config.enables(slack.sidekick)).toBe(true);
  const shown = config.effective();
  expect(shown.find(({ key }) => key === 'slack.webhookurl')).toEqual({
    key: 'slack.webhookurl',
    value: '***',
    from: 'file',
  });
  expect(shown).toHaveLength(sidekickKeys.length);
  expect(load(null).config.unserved([])).toEqual([]);
});

test('what is no YAML is told without the line, which may hold a secret', () => {
  expect(() => load('slack: {webhookurl: "http://a/SECRET\n')).toThrow(/^[^\n]*line 2, column 1$/);
  expect(() => load('a: 1\na: SECRET\n')).toThrow(/^[^\n]*must be unique[^\n]*$/);
});

test('what the server is itself is no output that lacks', () => {
  const { config } = load('prometheus: {extralabels: proc.name}\nwebui: {url: http://ui:2802}\n');
  expect(config.unserved([])).toEqual([]);
});

test('addresses are shown without what gives access', () => {
  const { config } = load(
    [
      'webhook: {address: "http://user:pw@h:9/hook/0123456789abc?token=t0ken&a=longer"}',
      'alertmanager: {hostport: ["http://me:secret@a:1", "http://b:2"]}',
      'gcp: {cloudrun: {jwt: eyJ}}',
      'otlp: {logs: {extraenvvars: {OTEL_EXPORTER_OTLP_HEADERS: "a=b"}}}',
      'loki: {endpoint: /loki/api/v1/push, hostport: "http://loki:3100"}',
    ].join('\n'),
  );
  const shown = new Map(config.effective().map(({ key, value }) => [key, value]));
  expect(shown.get('webhook.address')).toBe('http://***@h:9/hook/***?token=***&a=***');
  expect(shown.get('alertmanager.hostport')).toEqual(['http://***@a:1', 'http://b:2']);
  expect(shown.get('gcp.cloudrun.jwt')).toBe('***');
  expect(shown.get('otlp.logs.extraenvvars')).toBe('***');
  expect(shown.get('loki.hostport')).toBe('http://loki:3100');
  expect(JSON.stringify([...shown])).not.toMatch(/t0ken|longer|secret@|0123456789abc|eyJ/);
});
