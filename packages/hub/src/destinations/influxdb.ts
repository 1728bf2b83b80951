import type { FalcoEvent } from '@lanner/api';
import { defineDestination, type DestinationSettings } from '../destination.ts';
import { inGroups, textFields } from '../lib/events.ts';
import { GoTime } from '../lib/go-time.ts';
import { openHttpClient, readUrl } from '../lib/http-client.ts';

const largestGroup = 256;

export const destination = defineDestination({
  id: 'influxdb',
  title: 'InfluxDB',
  doc: 'Points of the measurement `events`, with the output fields as tags; version 2 where an organization is set, otherwise version 1.',
  sidekick: { section: 'influxdb', enabledBy: ['hostport'], metricName: 'influxdb', audience: 'machines' },
  async open(settings, effects) {
    const url = writeAddress(settings);
    const [token, password] = [settings.text('token'), settings.text('password')];
    const headers = {
      accept: 'application/json',
      ...(token === '' ? {} : { authorization: `Token ${token}` }),
    };
    const client = await openHttpClient(settings, effects, { secrets: [token, password] });
    const precision = settings.text('precision');
    return {
      // The same point at the same time is the same point to InfluxDB: a repetition does no harm.
      send: inGroups(largestGroup, async (events) => {
        await client.deliver({
          url,
          headers,
          body: events.map((event) => lineOf(event, precision)).join('\n'),
        });
      }),
      close: client.close,
    };
  },
});

/** Nanoseconds of each unit that a time can be written in. */
const units: ReadonlyMap<string, bigint> = new Map([
  ['u', 1000n],
  ['us', 1000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
]);

function writeAddress(settings: DestinationSettings): URL {
  const [base, organization, bucket] = ['hostport', 'organization', 'bucket'].map(settings.text);
  const second = organization !== '' && bucket !== '';
  const url = readUrl('influxdb.hostport', `${base}${second ? '/api/v2/write' : '/write'}`);
  const [user, password, token] = ['user', 'password', 'token'].map(settings.text);
  const query: Record<string, string | undefined> = {
    ...(second ? { org: organization, bucket } : { db: settings.text('database') }),
    ...(user !== '' && password !== '' && token === '' ? { u: user, p: password } : {}),
    precision: settings.text('precision'),
  };
  for (const [name, value = ''] of Object.entries(query)) {
    if (value !== '') {
      url.searchParams.set(name, value);
    }
  }
  return url;
}

/**
 * A point in line protocol. Blanks of values become underscores, as falcosidekick writes them; it leaves out the time, so
 * that InfluxDB would take that of the arrival, which may be much later.
 */
function lineOf(event: FalcoEvent, precision: string): string {
  const { rule, priority, source, hostname = '', tags = [], output, time } = event;
  const written = new Map<string, string>();
  const pairs: [name: string, value: string][] = [
    ['rule', rule],
    ['priority', priority],
    ['source', source],
    ...textFields(event),
    ['hostname', hostname],
    ['tags', tags.join('_')],
  ];
  for (const [name, value] of pairs) {
    // A tag cannot be called time, be empty or be there twice.
    const key = name === 'time' ? 'time_' : tagText(name);
    if (key !== '' && tagText(value) !== '' && !written.has(key)) {
      written.set(key, tagText(value));
    }
  }
  const tagSet = Array.from(written, ([name, value]) => `${name}=${value}`).join(',');
  const at = new GoTime(time).UnixNano() / (units.get(precision) ?? 1n);
  return `events,${tagSet} value="${fieldText(output)}" ${at}`;
}

/** A name or value of a tag: what has a meaning is escaped; a backslash before it, or at the end, would undo that. */
function tagText(text: string): string {
  return text
    .replace(/[\s\p{Cc}]/gu, '_')
    .replace(/\\+(?=[,=]|$)/g, '_')
    .replace(/[,=]/g, '\\$&');
}

function fieldText(text: string): string {
  return text.replace(/["\\]/g, '\\$&').replace(/[\r\n]+/g, ' ');
}
