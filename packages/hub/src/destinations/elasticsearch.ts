import { eventJson, exactJson, type FalcoEvent } from '@lanner/api';
import { AppError } from '@lanner/core';
import { defineDestination, type DestinationSettings, type OpenDestination } from '../destination.ts';
import { eventOf, oneByOne } from '../lib/events.ts';
import {
  basicCredentials,
  type HttpClient,
  openHttpClient,
  readHeaders,
  readUrl,
} from '../lib/http-client.ts';

/** Fields of one event that may be left out because the index takes no such value. */
const mostRepairs = 8;

export const destination = defineDestination({
  id: 'elasticsearch',
  title: 'Elasticsearch',
  doc: 'Alerts as documents of a daily, monthly, annual or single index, one by one or in bulk; for OpenSearch too.',
  sidekick: {
    section: 'elasticsearch',
    enabledBy: ['hostport'],
    metricName: 'elasticsearch',
    audience: 'machines',
  },
  async open(settings, effects) {
    const base = settings.text('hostport');
    readUrl('elasticsearch.hostport', base);
    const { headers, secrets } = credentials(settings);
    const client = await openHttpClient(settings, effects, { secrets });
    const index = { base, client, settings, headers, now: effects.now };
    let prepared = !settings.flag('createindextemplate');

    async function prepare(): Promise<void> {
      if (!prepared) {
        await createTemplate(index);
        prepared = true;
      }
    }
    const send = settings.flag('batching.enabled')
      ? sendInBulk(index)
      : oneByOne((event) => create(index, documentOf(event, settings)));
    return {
      async send(batch, delivered) {
        await prepare();
        await send(batch, delivered);
      },
      close: client.close,
    };
  },
});

interface Index {
  readonly base: string;
  readonly client: HttpClient;
  readonly settings: DestinationSettings;
  readonly headers: Readonly<Record<string, string>>;
  readonly now: () => Date;
}

function credentials(settings: DestinationSettings): { headers: Record<string, string>; secrets: string[] } {
  const [user, password, key] = ['username', 'password', 'apikey'].map(settings.text) as [
    string,
    string,
    string,
  ];
  const basic = basicCredentials(user, password);
  const own = readHeaders('elasticsearch.customheaders', settings.map('customheaders'));
  return {
    headers: {
      ...(key === '' ? {} : { authorization: `APIKey ${key}` }),
      ...(user !== '' && password !== '' ? { authorization: basic } : {}),
      ...own,
    },
    secrets: [key, password, basic, ...Object.values(own)],
  };
}

function indexName({ settings, now }: Index): string {
  const name = settings.text('index');
  const suffix = settings.text('suffix');
  const lengths: Readonly<Record<string, number>> = { none: 0, annually: 4, monthly: 7 };
  const date = now()
    .toISOString()
    .slice(0, lengths[suffix] ?? 10)
    .replaceAll('-', '.');
  return date === '' ? name : `${name}-${date}`;
}

/** An event, with dots of field names replaced where the index wants that. */
function documentOf(event: FalcoEvent, settings: DestinationSettings): FalcoEvent {
  if (!settings.flag('flattenfields') && !settings.flag('createindextemplate')) {
    return event;
  }
  const fields = Object.entries(event.output_fields).map(([name, value]) => [
    name.replaceAll('.', '_'),
    value,
  ]);
  return { ...event, output_fields: Object.fromEntries(fields) as FalcoEvent['output_fields'] };
}

function documentText(event: FalcoEvent): string {
  return `${eventJson(event).slice(0, -1)},"@timestamp":${JSON.stringify(event.time)}}`;
}

/** Creates one document, leaving out fields that the index cannot take as they are. */
async function create(index: Index, event: FalcoEvent): Promise<void> {
  let document = event;
  for (let repairs = 0; ; repairs++) {
    const url = address(index, `/${encodeURIComponent(indexName(index))}/${index.settings.text('type')}`);
    const answer = await index.client.exchange({ url, ...(await payload(index, documentText(document))) });
    if (answer.status >= 200 && answer.status <= 299) {
      return;
    }
    const repaired = answer.status === 400 ? withoutRefused(document, readError(answer.body)) : null;
    if (repaired === null || repairs >= mostRepairs) {
      throw index.client.failure(url, answer);
    }
    document = repaired;
  }
}

function sendInBulk(index: Index): OpenDestination['send'] {
  const mostBytes = index.settings.number('batching.batchsize');
  return async (batch, delivered) => {
    const documents = batch.map((message) => documentOf(eventOf(message), index.settings));
    let done = 0;
    while (done < documents.length) {
      const texts: string[] = [];
      let bytes = 0;
      for (const document of documents.slice(done)) {
        const text = bulkText(indexName(index), document);
        bytes += Buffer.byteLength(text);
        if (texts.length > 0 && bytes > mostBytes) {
          break;
        }
        texts.push(text);
      }
      await bulk(index, documents.slice(done, done + texts.length), texts, (count) =>
        delivered?.(done + count),
      );
      done += texts.length;
    }
  };
}

// The id makes a repetition harmless: a bulk request can fail for some of its documents only.
function bulkText(name: string, document: FalcoEvent): string {
  return `${JSON.stringify({ create: { _index: name, _id: document.uuid } })}\n${documentText(document)}\n`;
}

async function bulk(
  index: Index,
  documents: readonly FalcoEvent[],
  texts: readonly string[],
  delivered: (count: number) => void,
): Promise<void> {
  const url = address(index, '/_bulk');
  const body = await index.client.deliver({ url, ...(await payload(index, texts.join(''))) });
  const items = readItems(body);
  if (items.length !== documents.length) {
    throw new AppError(
      'output.failed',
      `${url.origin} answered a bulk request of ${documents.length} with ${items.length}`,
    );
  }
  for (const [i, document] of documents.entries()) {
    const { status = 0, error } = items[i]?.create ?? {};
    // 409: there since an earlier attempt.
    if ((status < 200 || status > 299) && status !== 409) {
      delivered(i);
      const repaired = status === 400 ? withoutRefused(document, error) : null;
      if (repaired === null) {
        throw index.client.failure(url, { status, body: error?.reason ?? '', headers: {} });
      }
      await create(index, repaired);
    }
  }
  delivered(documents.length);
}

interface IndexError {
  readonly type?: string;
  readonly reason?: string;
  readonly caused_by?: { readonly reason?: string };
}

/** The event without the output field that the index says it cannot take; null when it says something else. */
function withoutRefused(event: FalcoEvent, error: IndexError | undefined): FalcoEvent | null {
  if (error?.type !== 'document_parsing_exception' && error?.type !== 'mapper_parsing_exception') {
    return null;
  }
  const name = /\[output_fields\.([^\]]+)\]/.exec(error.reason ?? '')?.[1];
  const kept = Object.entries(event.output_fields).filter(
    ([field]) => name === undefined || !(field === name || field.startsWith(`${name}.`)),
  );
  return name === undefined || kept.length === Object.keys(event.output_fields).length
    ? null
    : { ...event, output_fields: Object.fromEntries(kept) };
}

function readError(body: string): IndexError | undefined {
  const error = (parse(body) as { error?: unknown } | null)?.error;
  return typeof error === 'object' && error !== null ? error : undefined;
}

function readItems(body: string): { create?: { status?: number; error?: IndexError } }[] {
  const items = (parse(body) as { items?: unknown } | null)?.items;
  return Array.isArray(items) ? (items as { create?: { status?: number; error?: IndexError } }[]) : [];
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // Not from the index, but from something before it.
    return null;
  }
}

function address({ base, settings }: Index, path: string): URL {
  const url = new URL(base + path);
  const pipeline = settings.text('pipeline');
  if (pipeline !== '') {
    url.searchParams.set('pipeline', pipeline);
  }
  return url;
}

async function payload(
  { settings, headers }: Index,
  text: string,
): Promise<{ headers: Record<string, string>; body: string | Buffer }> {
  if (!settings.flag('enablecompression')) {
    return { headers: { ...headers }, body: text };
  }
  const { gzipSync } = await import('node:zlib');
  return { headers: { ...headers, 'content-encoding': 'gzip' }, body: gzipSync(text) };
}

/** Creates the index template `falco` unless there is one. */
async function createTemplate(index: Index): Promise<void> {
  const { base, client, headers, settings } = index;
  const url = new URL(`${base}/_index_template/falco`);
  const existing = await client.exchange({ url, method: 'GET', headers });
  if (existing.status === 200) {
    return;
  }
  if (existing.status !== 404) {
    throw client.failure(url, existing, false);
  }
  const text = (most: number): object => ({
    type: 'text',
    fields: { keyword: { type: 'keyword', ignore_above: most } },
  });
  await client.deliver({
    url,
    method: 'PUT',
    headers,
    body: exactJson({
      index_patterns: [settings.text('index') + (settings.text('suffix') === 'none' ? '' : '-*')],
      template: {
        settings: {
          number_of_shards: settings.number('numberofshards'),
          number_of_replicas: settings.number('numberofreplicas'),
        },
        mappings: {
          dynamic_templates: [
            { fields: { path_match: 'output_fields.*', match_mapping_type: 'string', mapping: text(256) } },
          ],
          properties: {
            '@timestamp': { type: 'date' },
            time: { type: 'date' },
            uuid: text(256),
            hostname: text(256),
            output: text(2048),
            priority: text(256),
            rule: text(256),
            source: text(256),
            tags: text(256),
          },
        },
      },
    }),
  });
}
