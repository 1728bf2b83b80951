import { type FalcoEvent, type PriorityName, priorityNames } from '@lanner/api';
import { AppError, type Log } from '@lanner/core';
import { defineDestination, type DestinationSettings } from '../destination.ts';
import { fieldsOf, inGroups, isRejection, numberText } from '../lib/events.ts';
import { GoTime } from '../lib/go-time.ts';
import { openHttpClient, readHeaders, readUrl } from '../lib/http-client.ts';
import { priorityNamed } from '../lib/priorities.ts';

const largestGroup = 64;

export const destination = defineDestination({
  id: 'alertmanager',
  title: 'Alertmanager',
  doc: 'Alerts with the output fields as labels, to one Alertmanager or to all of a cluster.',
  sidekick: {
    section: 'alertmanager',
    enabledBy: ['hostport'],
    metricName: 'alertmanager',
    audience: 'machines',
  },
  async open(settings, effects) {
    const urls = settings
      .list('hostport')
      .map((base) => readUrl('alertmanager.hostport', base + settings.text('endpoint')));
    const headers = readHeaders('alertmanager.customheaders', settings.map('customheaders'));
    const mapping = readMapping(settings);
    const client = await openHttpClient(settings, effects, { secrets: Object.values(headers) });
    return {
      // An alert that comes twice is the same alert to Alertmanager, whatever failed on the way.
      send: inGroups(largestGroup, async (events) => {
        const body = JSON.stringify(events.map((event) => alertOf(event, mapping)));
        await toAny(urls, effects.log, (url) => client.deliver({ url, headers, body }));
      }),
      close: client.close,
    };
  },
});

/** Sends to all of a cluster. Its members tell one another what they know, so that one of them is enough. */
async function toAny(urls: readonly URL[], log: Log, deliver: (url: URL) => Promise<unknown>): Promise<void> {
  const failures: unknown[] = [];
  for (const url of urls) {
    try {
      await deliver(url);
    } catch (error) {
      failures.push(error);
      log.debug('an Alertmanager of several failed', { server: url.origin });
    }
  }
  if (failures.length === urls.length) {
    // One that may pass counts for more than a refusal: it is tried again.
    throw failures.find((error) => !isRejection(error)) ?? failures[0];
  }
}

interface Threshold {
  readonly above: bigint;
  readonly priority: PriorityName;
}

interface Mapping {
  readonly expiresAfterSeconds: number;
  readonly extraLabels: Readonly<Record<string, string>>;
  readonly extraAnnotations: Readonly<Record<string, string>>;
  readonly severities: ReadonlyMap<PriorityName, string>;
  /** The highest first. */
  readonly thresholds: readonly Threshold[];
  readonly dropPriority: PriorityName;
}

const severities: Readonly<Record<PriorityName, string>> = {
  Debug: 'information',
  Informational: 'information',
  Notice: 'information',
  Warning: 'warning',
  Error: 'warning',
  Critical: 'critical',
  Alert: 'critical',
  Emergency: 'critical',
};

function readMapping(settings: DestinationSettings): Mapping {
  const named = Object.entries(settings.map('customseveritymap')).map(
    ([name, severity]) => [readPriority('customseveritymap', name), severity] as const,
  );
  return {
    expiresAfterSeconds: settings.number('expiresafter'),
    extraLabels: settings.map('extralabels'),
    extraAnnotations: settings.map('extraannotations'),
    severities: new Map([...Object.entries(severities), ...named] as [PriorityName, string][]),
    thresholds: readThresholds(settings.text('dropeventthresholds')),
    dropPriority: readPriority(
      'dropeventdefaultpriority',
      settings.text('dropeventdefaultpriority') || 'critical',
    ),
  };
}

/**
 * `10000:critical, 10:warning`. falcosidekick's own default has colons where commas belong; it is read as it was meant.
 */
function readThresholds(text: string): Threshold[] {
  return [...text.matchAll(/([^\s:,]+)\s*:\s*([^\s:,]+)/g)]
    .map(([, value = '', name = '']) => {
      if (!/^\d+$/.test(value)) {
        throw new AppError('config.invalid', `alertmanager.dropeventthresholds: ${value} is no number`, {
          hint: 'Write it like 10000:critical,10:warning.',
        });
      }
      return { above: BigInt(value), priority: readPriority('dropeventthresholds', name) };
    })
    .sort((a, b) => (a.above > b.above ? -1 : 1));
}

function readPriority(key: string, name: string): PriorityName {
  const priority = priorityNamed(name);
  if (priority === null) {
    throw new AppError('config.invalid', `alertmanager.${key}: ${name} is no priority`, {
      hint: `Take one of ${priorityNames.join(', ').toLowerCase()}.`,
    });
  }
  return priority;
}

function alertOf(event: FalcoEvent, mapping: Mapping): Record<string, unknown> {
  const { output, rule, source, hostname = '', tags = [], time } = event;
  const { labels, priority } = fieldLabels(event, mapping);
  return {
    labels: {
      ...labels,
      source: 'falco',
      rule,
      alertname: rule,
      eventsource: source,
      ...(hostname === '' ? {} : { hostname }),
      ...(tags.length === 0 ? {} : { tags: [...tags].sort().join(',') }),
      priority,
      severity: mapping.severities.get(priority) ?? '',
      ...mapping.extraLabels,
    },
    annotations: { info: output, description: output, summary: rule, ...mapping.extraAnnotations },
    // Alertmanager takes the zero time for "not known".
    endsAt:
      mapping.expiresAfterSeconds === 0
        ? '0001-01-01T00:00:00Z'
        : new GoTime(time).after(mapping.expiresAfterSeconds).rfc3339Nano(),
  };
}

/** Output fields as labels. Counts of dropped events become ranges, so that an alert stays the same alert, and can raise it. */
function fieldLabels(
  event: FalcoEvent,
  mapping: Mapping,
): { labels: Record<string, string>; priority: PriorityName } {
  const labels: Record<string, string> = {};
  let { priority } = event;
  for (const [name, value] of fieldsOf(event.output_fields)) {
    const text = typeof value === 'string' ? value : numberText(value);
    if (name.startsWith('n_evts') || text === null) {
      continue;
    }
    if (!name.startsWith('n_drop')) {
      setLabel(labels, labelName(name), text);
    } else if (/^-?\d{1,19}$/.test(text)) {
      const range = dropRange(BigInt(text), mapping);
      setLabel(labels, name, range.label);
      priority = moreUrgent(priority, range.priority);
    }
  }
  return { labels, priority };
}

// Alertmanager refuses an alert with an empty name of a label, and takes an empty value for no label.
function setLabel(labels: Record<string, string>, name: string, value: string): void {
  if (name !== '') {
    labels[name] = value;
  }
}

function dropRange(
  dropped: bigint,
  { thresholds, dropPriority }: Mapping,
): { label: string; priority: PriorityName } {
  if (dropped === 0n) {
    return { label: '0', priority: 'Warning' };
  }
  const threshold = thresholds.find(({ above }) => dropped > above);
  return threshold === undefined
    ? { label: String(dropped), priority: dropPriority }
    : { label: `>${threshold.above}`, priority: threshold.priority };
}

function moreUrgent(a: PriorityName, b: PriorityName): PriorityName {
  return priorityNames.indexOf(a) <= priorityNames.indexOf(b) ? a : b;
}

function labelName(field: string): string {
  const name = field
    .replace(/[^a-zA-Z0-9_]/g, '_')
    .replaceAll('__', '_')
    .replace(/^_+|_+$/g, '');
  // A label cannot begin with a digit.
  return /^\d/.test(name) ? `_${name}` : name;
}
