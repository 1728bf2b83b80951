import { eventJson, type FalcoEvent } from '@lanner/api';
import { defineDestination, type DestinationSettings } from '../destination.ts';
import { inGroups, textFields } from '../lib/events.ts';
import { GoTime } from '../lib/go-time.ts';
import { basicCredentials, openHttpClient, readHeaders, readUrl } from '../lib/http-client.ts';

const largestGroup = 256;

export const destination = defineDestination({
  id: 'loki',
  title: 'Grafana Loki',
  doc: 'Alerts as log lines, many in one push, with rule, source, priority and workload as labels.',
  sidekick: { section: 'loki', enabledBy: ['hostport'], metricName: 'loki', audience: 'machines' },
  async open(settings, effects) {
    const url = readUrl('loki.hostport', settings.text('hostport') + settings.text('endpoint'));
    const [user, key, tenant] = [settings.text('user'), settings.text('apikey'), settings.text('tenant')];
    const headers = {
      'content-type': 'application/json',
      ...(tenant === '' ? {} : readHeaders('loki.tenant', { 'x-scope-orgid': tenant })),
      ...(user !== '' && key !== '' ? { authorization: basicCredentials(user, key) } : {}),
      ...readHeaders('loki.customheaders', settings.map('customheaders')),
    };
    const promoted = promotedFields(settings);
    const asJson = settings.text('format') === 'json';
    const secrets = [key, basicCredentials(user, key), ...Object.values(settings.map('customheaders'))];
    const client = await openHttpClient(settings, effects, { secrets });
    return {
      // Loki knows a line that it has already: a repetition does no harm.
      send: inGroups(largestGroup, async (events) => {
        await client.deliver({ url, headers, body: JSON.stringify(pushOf(events, promoted, asJson)) });
      }),
      close: client.close,
    };
  },
});

interface Stream {
  readonly stream: Readonly<Record<string, string>>;
  readonly values: [nanoseconds: string, line: string][];
}

/** Lines of the same labels are one stream; the order within it stays. */
function pushOf(
  events: readonly FalcoEvent[],
  promoted: ReadonlySet<string>,
  asJson: boolean,
): { streams: Stream[] } {
  const streams = new Map<string, Stream>();
  for (const event of events) {
    const labels = labelsOf(event, promoted);
    const key = JSON.stringify(labels);
    const stream = streams.get(key) ?? { stream: labels, values: [] };
    stream.values.push([String(new GoTime(event.time).UnixNano()), asJson ? eventJson(event) : event.output]);
    streams.set(key, stream);
  }
  return { streams: [...streams.values()] };
}

function labelsOf(event: FalcoEvent, promoted: ReadonlySet<string>): Record<string, string> {
  const { rule, source, priority, hostname = '', tags = [] } = event;
  const labels: Record<string, string> = { rule, source, priority };
  for (const [name, value] of textFields(event)) {
    if (name === 'k8s.ns.name') {
      labels.k8s_ns_name = value;
    } else if (name === 'k8s.pod.name') {
      labels.k8s_pod_name = value;
    }
    if (promoted.has(name)) {
      labels[name.replaceAll('.', '_').replace(/[[\]]/g, '')] = value.replaceAll('"', '');
    }
  }
  return {
    ...labels,
    ...(hostname === '' ? {} : { hostname }),
    ...(tags.length === 0 ? {} : { tags: [...tags].sort().join(',') }),
  };
}

/** Custom and templated fields, and those that the settings name. */
function promotedFields(settings: DestinationSettings): ReadonlySet<string> {
  const named = settings.text('extralabels').split(',');
  return new Set(
    [...named, ...settings.list('extralabelslist'), ...(settings.addedFields ?? [])]
      .map((name) => name.trim())
      .filter((name) => name !== ''),
  );
}
