import { silentLog } from '@lanner/core';
import { expect, test, vi } from 'vitest';
import { AlertTail } from '../alert-tail.ts';
import { defineDestination, type Destination } from '../destination.ts';
import { nodeEffects } from '../node-effects.ts';
import { SidekickMetrics } from '../metrics/sidekick.ts';
import { loadSidekickConfig } from '../sidekick-config/load.ts';
import { openMemoryStore, sampleAlerts } from '../testkit/index.ts';
import { DestinationSet } from './destination-set.ts';

const got: string[] = [];
const noted: string[] = [];

function destination(id: string, section: string, key: string): Destination {
  return defineDestination({
    id,
    title: 'Test',
    doc: 'A test.',
    sidekick: { section, enabledBy: [key], metricName: id, audience: 'machines' },
    open: () =>
      Promise.resolve({
        send: (batch) => {
          got.push(...batch.map(() => id));
          return Promise.resolve();
        },
        note: (output, status, count) => noted.push(`${id}: ${output} ${status} ${count}`),
        close: () => Promise.resolve(),
      }),
  });
}

const kinds = [destination('webhook', 'webhook', 'address'), destination('loki', 'loki', 'hostport')];

async function open(text: string) {
  const { config } = loadSidekickConfig({ text, path: 'c', env: {}, lenient: false });
  const store = await openMemoryStore();
  const tail = await AlertTail.open(store.alerts);
  const metrics = new SidekickMetrics({
    extraLabels: [],
    destinations: DestinationSet.namesOf(config, kinds),
    legacyNames: false,
  });
  const set = new DestinationSet({
    config,
    destinations: kinds,
    effects: nodeEffects(silentLog, () => Promise.resolve()),
    tail,
    store: store.deliveries,
    metrics,
    timeoutMs: 60_000,
    log: silentLog,
    now: () => 0,
    sleep: (_ms, signal) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          resolve();
        });
      }),
    random: () => 0,
  });
  return { set, store, tail, metrics };
}

test('what the configuration switches on gets alerts, and those for metrics hear of all deliveries', async () => {
  const { set, store, tail } = await open(
    'webhook: {address: http://a}\nloki: {hostport: http://b}\ngotify: {token: t}\n',
  );
  expect(set.active.map(({ name }) => name)).toEqual(['webhook', 'loki']);
  expect(set.unsupported).toEqual(['gotify']);
  await set.start();
  const alerts = sampleAlerts(10);
  await store.alerts.append(
    alerts,
    alerts.map(() => null),
  );
  tail.wake();
  await vi.waitUntil(() => got.length === 20 && set.statuses().every(({ state }) => state === 'idle'));
  expect(noted).toContain('webhook: webhook ok 10');
  expect(noted).toContain('loki: loki ok 10');
  expect((await store.deliveries.states()).map(({ delivered }) => delivered)).toEqual([10, 10]);
  await set.close(0);
});

test('a priority that is none is refused, not taken as none', async () => {
  await expect(open('webhook: {address: http://a, minimumpriority: eror}\n')).rejects.toThrow(
    "webhook.minimumpriority: 'eror'",
  );
});

test('a destination that is not on is named with the nearest that is', async () => {
  const { set } = await open('webhook: {address: http://a}\n');
  expect(() => set.named('webhok')).toThrow('no destination webhok');
  expect(set.named('webhook').title).toBe('Test');
});
