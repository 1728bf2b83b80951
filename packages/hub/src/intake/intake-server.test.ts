import type { NewAlert } from '@lanner/api';
import { AppError, silentLog } from '@lanner/core';
import { afterEach, expect, test } from 'vitest';
import type { Listening } from '../lib/listen-on.ts';
import { SidekickMetrics } from '../metrics/sidekick.ts';
import { loadSidekickConfig } from '../sidekick-config/load.ts';
import type { AlertStore } from '../store/alert-store.ts';
import { tellAll } from '../calm/calm.ts';
import { AlertWriter } from './alert-writer.ts';
import { enrichmentOf } from './enrich.ts';
import { EventIntake } from './event-intake.ts';
import { type IntakeServerOptions, startIntakeServer } from './intake-server.ts';

const servers: Listening[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const now = (): number => Date.parse('2026-01-01T00:00:00Z');
const body = JSON.stringify({
  output: 'o',
  priority: 'error',
  rule: 'r',
  time: '2026-01-01T00:00:00Z',
  output_fields: { 'k8s.ns.name': 7 },
});

async function start(
  options: Partial<IntakeServerOptions> & { fails?: AppError; maxPending?: number } = {},
): Promise<{ url: string; stored: NewAlert[] }> {
  const stored: NewAlert[] = [];
  const append: AlertStore['append'] = (alerts) => {
    if (options.fails !== undefined) {
      return Promise.reject(options.fails);
    }
    stored.push(...alerts);
    return Promise.resolve({ stored: alerts.length, lastPosition: stored.length });
  };
  const writer = new AlertWriter({
    // Only what the writer uses.
    alerts: { append } as AlertStore,
    tail: { wake: () => undefined },
    holder: tellAll,
    now,
    maxPending: options.maxPending ?? 10,
    log: silentLog,
  });
  const metrics = new SidekickMetrics({
    extraLabels: ['env', 'rule', 'k8s.pod.name'],
    destinations: ['slack'],
    legacyNames: true,
  });
  const { config } = loadSidekickConfig({ text: '', path: '', env: {}, lenient: false });
  const server = await startIntakeServer({
    address: '127.0.0.1',
    port: 0,
    tls: null,
    paths: null,
    allows: null,
    intake: new EventIntake({
      writer,
      metrics,
      enrichment: enrichmentOf(config, () => new Date(now())),
      uuid: () => 'u',
      now,
    }),
    families: () => Promise.resolve(metrics.families()),
    isReady: () => Promise.resolve(true),
    log: silentLog,
    ...options,
  });
  servers.push(server);
  return { url: `http://127.0.0.1:${server.port}`, stored };
}

test('what is too large is told so, and counted', async () => {
  const { url, stored } = await start();
  const large = body.replace('"o"', `"${'x'.repeat(17 * 2 ** 20)}"`);
  expect(await post(url, large)).toBe('413 An alert may have 16777216 bytes\n');
  expect(stored).toEqual([]);
  expect(await (await fetch(`${url}/metrics`)).text()).toContain(
    'falcosecurity_falcosidekick_inputs_total{source="requests",status="rejected"} 1\n',
  );
  // The connection is good for what is not.
  expect(await post(url, body)).toBe('200 ');
});

async function post(url: string, text: string, headers: Record<string, string> = {}): Promise<string> {
  const response = await fetch(url, { method: 'POST', body: text, headers });
  return `${response.status} ${await response.text()}`;
}

test('answers as falcosidekick does', async () => {
  const { url, stored } = await start();
  const get = async (path: string): Promise<string> => {
    const response = await fetch(`${url}${path}`);
    return `${response.status} ${await response.text()}`;
  };
  expect(await get('/ping')).toBe('200 pong\n');
  expect(await get('/healthz')).toBe('200 {"status": "ok"}');
  expect(await get('/')).toBe('400 Please send with post http method\n');
  expect(await get('/test')).toBe('400 Please send with post http method\n');
  expect(await post(`${url}/any/path`, body)).toBe('200 ');
  expect(await post(url, '{}')).toBe('400 Please send a valid request body\n');
  expect(await post(`${url}/test`, '')).toBe('200 ');
  expect(stored.map(({ event }) => event.rule)).toEqual(['r', 'Test rule']);
  expect(stored[1]?.event).toMatchObject({
    hostname: 'falcosidekick',
    priority: 'Debug',
    source: 'internal',
    tags: ['example', 'test'],
  });
  const metrics = await get('/metrics');
  expect(metrics).toContain(
    'falcosecurity_falcosidekick_inputs_total{source="requests",status="accepted"} 2',
  );
  expect(metrics).toContain('falcosidekick_inputs{source="requests",status="rejected"} 3');
  expect(metrics).toContain(
    'falcosecurity_falcosidekick_falco_events_total{env="",hostname="unknown",k8s_ns_name="7",k8s_pod_name="",priority="5",priority_raw="error",rule="r",source="syscalls"} 1',
  );
  expect(metrics).toContain(
    'falco_events{env="",hostname="unknown",k8s_ns_name="7",k8s_pod_name="",priority="Error",rule="r",source="syscalls"} 1',
  );
  expect(metrics).toContain('falcosidekick_outputs_sent{destination="slack"} 0');
});

test('what is not on disk is not acknowledged', async () => {
  const full = await start({ fails: new AppError('store.full', 'the disk is full') });
  const response = await fetch(full.url, { method: 'POST', body });
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
  const busy = await start({ maxPending: 0 });
  expect(await post(busy.url, body)).toMatch(/^503 /);
});

test('a token is asked for where one is set, and paths can be left to another server', async () => {
  const { url } = await start({ allows: (token) => token === 'good', paths: new Set(['/', '/ping']) });
  expect(await post(url, body)).toMatch(/^401 /);
  expect(await post(url, body, { authorization: 'Bearer bad' })).toMatch(/^401 /);
  expect(await post(url, body, { authorization: 'Bearer good' })).toBe('200 ');
  expect((await fetch(`${url}/metrics`)).status).toBe(404);
});

test('a body without end is refused, and a port that is taken is told', async () => {
  const { url } = await start();
  const huge = await post(url, 'x'.repeat(17 * 2 ** 20)).catch(() => 'connection closed');
  expect(huge === 'connection closed' || huge.startsWith('413')).toBe(true);
  await expect(start({ port: Number(new URL(url).port) })).rejects.toThrow('EADDRINUSE');
});

test('labels that cannot be are refused, and series are bounded', () => {
  const metrics = new SidekickMetrics({
    extraLabels: ['a-b', 'source', 'ok.label'],
    destinations: [],
    legacyNames: false,
  });
  expect(metrics.refusedLabels).toEqual(['a-b', 'source']);
  for (let i = 0; i < 5005; i++) {
    metrics.expect(`rule ${i}`, 'Error', 's', 'h');
  }
  metrics.event({
    uuid: '',
    output: '',
    priority: 'Error',
    rule: 'one more',
    time: '',
    source: 's',
    output_fields: {},
  });
  const dropped = metrics.families().find(({ name }) => name === 'lanner_event_series_dropped_total');
  expect(dropped?.samples[0]?.value).toBe(1);
});
