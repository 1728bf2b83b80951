import { Readable } from 'node:stream';
import type { IncomingMessage } from 'node:http';
import { silentLog } from '@lanner/core';
import { expect, test } from 'vitest';
import { nodeEffects } from '../node-effects.ts';
import { messageOf, sampleEvent } from '../testkit/events.ts';
import { sectionSettings } from '../testkit/settings.ts';
import { destination } from './otlpmetrics.ts';

interface Metric {
  readonly name: string;
  readonly sum: {
    dataPoints: { asInt: string; attributes: { key: string; value: { stringValue?: string } }[] }[];
    aggregationTemporality: number;
    isMonotonic: boolean;
  };
}

test('counts are sums; those of a batch that did not arrive are not counted twice', async () => {
  let status = 200;
  const requests: Metric[][] = [];
  const settings = sectionSettings(
    'otlp.metrics',
    { endpoint: 'http://c/v1/metrics', protocol: 'http/json', extraattributes: 'user.name, ba-d' },
    { addedFields: ['env'] },
  );
  const open = await destination.open(settings, {
    ...nodeEffects(silentLog, () => Promise.resolve()),
    environment: () => undefined,
    request: (_url, _options, body) => {
      const request = JSON.parse(body.toString()) as {
        resourceMetrics: { scopeMetrics: { metrics: Metric[] }[] }[];
      };
      requests.push(request.resourceMetrics[0]?.scopeMetrics[0]?.metrics ?? []);
      const answer = Object.assign(Readable.from([]), { statusCode: status, headers: {} });
      return Promise.resolve(answer as unknown as IncomingMessage);
    },
  });
  const counts = (): Record<string, string[]> =>
    Object.fromEntries(
      (requests.at(-1) ?? []).map(({ name, sum }) => [name, sum.dataPoints.map(({ asInt }) => asInt)]),
    );
  const batch = [
    messageOf(sampleEvent()),
    messageOf(sampleEvent()),
    messageOf(sampleEvent({ rule: 'Other' })),
  ];
  await open.send(batch);
  expect(counts()).toEqual({
    falcosecurity_falcosidekick_inputs: ['3'],
    falcosecurity_falco_rules_matches_total: ['2', '1'],
  });
  open.note?.('slack', 'ok', 2);
  status = 503;
  await expect(open.send(batch)).rejects.toThrow('503');
  open.note?.('slack', 'ok', 1);
  open.note?.('loki', 'error', 1);
  status = 200;
  await open.send(batch);
  expect(counts()).toEqual({
    falcosecurity_falcosidekick_inputs: ['6'],
    falcosecurity_falco_rules_matches_total: ['4', '2'],
    falcosecurity_falcosidekick_outputs: ['3', '1'],
  });
  const [matches] = (requests.at(-1) ?? []).filter(({ name }) => name.includes('matches'));
  expect(matches?.sum).toMatchObject({ aggregationTemporality: 2, isMonotonic: true });
  expect(matches?.sum.dataPoints[0]?.attributes.map(({ key, value }) => [key, value.stringValue])).toEqual([
    ['source', 'syscalls'],
    ['priority', 'Warning'],
    ['rule', 'Terminal shell in container'],
    ['hostname', 'node-1'],
    ['tags', undefined],
    ['env', ''],
    ['user_name', 'root'],
  ]);
  await open.close();
});
