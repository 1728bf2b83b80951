import { exactJson, type FalcoEvent, priorityNames } from '@lanner/api';
import { cutText } from '../lib/text.ts';
import { BoundedCounter, type Labels } from './bounded-counter.ts';
import type { MetricFamily } from './exposition.ts';
import { Scrapers } from './scrapers.ts';

const maxEventSeries = 5000;
const maxLabelLength = 256;
const labelForm = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const ownLabels = new Set([
  'hostname',
  'rule',
  'priority',
  'priority_raw',
  'source',
  'k8s_ns_name',
  'k8s_pod_name',
]);

export interface SidekickMetricsOptions {
  /** Fields that become labels beside the built-in ones: custom, templated and extra ones. */
  readonly extraLabels: readonly string[];
  /** Destinations, by the name of their label. */
  readonly destinations: readonly string[];
  /** Also the names of falcosidekick before 2.30. */
  readonly legacyNames: boolean;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** falcosidekick's metrics, under its names of today and of before. */
export class SidekickMetrics {
  readonly #scrapers: Scrapers;
  readonly #events: BoundedCounter;
  readonly #inputs: BoundedCounter;
  readonly #outputs: BoundedCounter;
  readonly #labels: readonly (readonly [field: string, label: string])[];
  /** Fields that were asked for as labels, but cannot be. */
  readonly refusedLabels: readonly string[];
  readonly #legacyNames: boolean;

  constructor({ extraLabels, destinations, legacyNames, now = Date.now }: SidekickMetricsOptions) {
    this.#scrapers = new Scrapers(now);
    const tick = (): number => this.#scrapers.tick;
    this.#events = new BoundedCounter(maxEventSeries, tick);
    this.#inputs = new BoundedCounter(16, tick);
    this.#outputs = new BoundedCounter(512, tick);
    const labels = extraLabels.map((field) => [field, field.replaceAll('.', '_')] as const);
    const fits = ([, label]: readonly [string, string]): boolean =>
      labelForm.test(label) && !ownLabels.has(label);
    this.#labels = labels.filter(fits);
    this.refusedLabels = labels.filter((entry) => !fits(entry)).map(([field]) => field);
    this.#legacyNames = legacyNames;
    for (const status of ['accepted', 'rejected']) {
      this.#inputs.add({ source: 'requests', status }, 0);
    }
    for (const destination of destinations) {
      this.#outputs.add({ destination, status: 'ok' }, 0);
      this.#outputs.add({ destination, status: 'error' }, 0);
    }
  }

  input(status: 'accepted' | 'rejected', count = 1): void {
    this.#inputs.add({ source: 'requests', status }, count);
  }

  output(destination: string, status: 'ok' | 'error', count = 1): void {
    this.#outputs.add({ destination, status }, count);
  }

  event(event: FalcoEvent): void {
    this.#events.add(this.#labelsOf(event));
  }

  /** Brings the series of a rule into being, so that an alert rule over `increase()` sees its first event. */
  expect(rule: string, priority: FalcoEvent['priority'], source: string, hostname: string): void {
    this.#events.add(
      this.#labelsOf({ rule, priority, source, hostname, output_fields: {}, uuid: '', output: '', time: '' }),
      0,
    );
  }

  /** @param scraper who keeps them, when it is a machine that does; null for people, who see what is. */
  families(scraper: string | null = null): MetricFamily[] {
    const newSince = scraper === null ? undefined : this.#scrapers.scrape(scraper);
    const events = this.#events.samples(newSince);
    const inputs = this.#inputs.samples(newSince);
    const outputs = this.#outputs.samples(newSince);
    const counter = (name: string, help: string, samples: MetricFamily['samples']): MetricFamily => ({
      name,
      help,
      type: 'counter',
      samples,
    });
    const families = [
      counter('falcosecurity_falcosidekick_falco_events_total', 'Alerts that came in.', events),
      counter('falcosecurity_falcosidekick_inputs_total', 'Requests that brought alerts.', inputs),
      counter('falcosecurity_falcosidekick_outputs_total', 'Alerts that were sent on.', outputs),
      counter(
        'lanner_event_series_dropped_total',
        'Alerts that were counted without labels, as there are too many combinations.',
        [{ value: this.#events.dropped }],
      ),
      counter('lanner_scrapers_evicted_total', 'Scrapers that were forgotten, as there are too many.', [
        { value: this.#scrapers.evictions },
      ]),
    ];
    if (!this.#legacyNames) {
      return families;
    }
    return [
      ...families,
      counter(
        'falco_events',
        'Alerts that came in; the name before 2.30.',
        this.#events.samplesBy(legacyEvent, newSince),
      ),
      counter('falcosidekick_inputs', 'Requests that brought alerts; the name before 2.30.', inputs),
      counter('falcosidekick_outputs', 'Alerts that were sent on; the name before 2.30.', outputs),
      counter(
        'falcosidekick_outputs_sent',
        'Alerts that were sent on and arrived.',
        this.#outputs.samplesBy(
          ({ destination = '', status }) => (status === 'ok' ? { destination } : null),
          newSince,
        ),
      ),
    ];
  }

  #labelsOf(event: Omit<FalcoEvent, 'tags'>): Labels {
    const { output_fields: fields, priority, rule, source, hostname } = event;
    const text = (field: string): string => {
      const value = fields[field] ?? '';
      return labelText(typeof value === 'string' ? value : exactJson(value));
    };
    return {
      hostname: hostname === undefined || hostname === '' ? 'unknown' : labelText(hostname),
      rule: labelText(rule),
      priority: String(priorityNames.length - priorityNames.indexOf(priority)),
      priority_raw: priority.toLowerCase(),
      source: labelText(source),
      k8s_ns_name: text('k8s.ns.name'),
      k8s_pod_name: text('k8s.pod.name'),
      ...Object.fromEntries(this.#labels.map(([field, label]) => [label, text(field)])),
    };
  }
}

/** The labels before 2.30: the priority as a word with a capital. */
function legacyEvent({ priority_raw = '', ...labels }: Labels): Labels {
  return { ...labels, priority: priority_raw.slice(0, 1).toUpperCase() + priority_raw.slice(1) };
}

/** Whoever sends alerts could otherwise fill the memory with their labels. */
function labelText(text: string): string {
  return cutText(text, maxLabelLength);
}
