import type { Log } from '@lanner/core';
import {
  counterFamily,
  type EventIntake,
  type AlertTail,
  type AlertWriter,
  destinations,
  DestinationSet,
  type MetricFamily,
  nodeEffects,
  SidekickMetrics,
  type Store,
} from '@lanner/hub';
import { pause } from '../lib/pause.ts';
import { imageFamily } from './image-family.ts';
import type { ServerContext } from './open-server.ts';
import { serverFamilies } from './server-families.ts';
import type { ServerSettings } from './settings.ts';

/** Alerts of an hour for each destination for people; nobody reads more, and critical ones come all the same. */
const peopleBudget = 200;
const deliveryTimeoutMs = 30_000;

export function openMetrics(
  { config, legacyMetrics }: ServerSettings,
  log: Log,
  now: () => number,
): SidekickMetrics {
  const metrics = new SidekickMetrics({
    extraLabels: [
      ...Object.keys(config.map('customfields')),
      ...Object.keys(config.map('templatedfields')),
      ...config
        .text('prometheus.extralabels')
        .split(',')
        .filter((label) => label !== ''),
    ],
    destinations: DestinationSet.namesOf(config, destinations),
    legacyNames: legacyMetrics,
    now,
  });
  for (const field of metrics.refusedLabels) {
    log.warn('a field cannot be a label of metrics', { field });
  }
  return metrics;
}

/** Counts what comes in; destinations that carry metrics hear of what was not accepted. */
export function countedBy(
  metrics: SidekickMetrics,
  set: DestinationSet,
): Pick<SidekickMetrics, 'input' | 'event'> {
  return {
    event: (event) => {
      metrics.event(event);
    },
    input(status, count) {
      metrics.input(status, count);
      if (status === 'rejected') {
        set.noteRejected(count ?? 1);
      }
    },
  };
}

export function openDestinations(
  store: Store,
  { config, notifyAll }: ServerSettings,
  { log, now, writeStdout }: ServerContext,
  parts: { readonly tail: AlertTail; readonly metrics: SidekickMetrics },
): DestinationSet {
  return new DestinationSet({
    ...parts,
    config,
    destinations,
    effects: nodeEffects(log, writeStdout),
    store: store.deliveries,
    timeoutMs: deliveryTimeoutMs,
    hourlyBudget: notifyAll ? null : peopleBudget,
    log,
    now,
    sleep: pause,
    random: Math.random,
  });
}

export function familiesOf(
  store: Store,
  metrics: SidekickMetrics,
  set: DestinationSet,
  taken: {
    readonly writer: Pick<AlertWriter, 'refused'>;
    readonly intake: Pick<EventIntake, 'sampledGroupsEvicted'>;
  },
  further: () => readonly MetricFamily[],
): (scraper: string | null) => Promise<MetricFamily[]> {
  return async (scraper) => [
    ...metrics.families(scraper),
    ...serverFamilies(
      await store.health(),
      set,
      await store.deliveries.states(),
      await store.alerts.lastPosition(),
      taken.writer.refused,
    ),
    counterFamily(
      'lanner_sampled_groups_evicted_total',
      'Groups that were forgotten in choosing of which alerts it is kept why they matched.',
      taken.intake.sampledGroupsEvicted,
    ),
    imageFamily(await store.findings.artifacts()),
    ...further(),
  ];
}
