import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { FalcoEvent } from '@lanner/api';
import { sampleEvent } from '../testkit/events.ts';
import { postedBy } from '../testkit/posted.ts';
import { destination } from './elasticsearch.ts';

const hostport = 'http://es:9200';
const refusal = (field: string): { status: number; body: string } => ({
  status: 400,
  body: JSON.stringify({
    error: {
      type: 'document_parsing_exception',
      reason: `[1:2] failed to parse field [output_fields.${field}] of type [long] in document with id 'x'`,
    },
    status: 400,
  }),
});

test('a document is the event with @timestamp, in the index of the day', async () => {
  const [posted] = await postedBy(destination, { hostport, username: 'u', password: 'p' }, [sampleEvent()]);
  expect(posted).toMatchObject({
    url: 'http://es:9200/falco-2026.11.24/_doc',
    headers: { authorization: 'Basic dTpw', 'content-type': 'application/json; charset=utf-8' },
    json: {
      uuid: sampleEvent().uuid,
      '@timestamp': sampleEvent().time,
      output_fields: { 'user.name': 'root' },
    },
  });
});

test.each([
  ['monthly', 'falco-2026.11'],
  ['annually', 'falco-2026'],
  ['none', 'falco'],
])('suffix %s, with a pipeline and a key', async (suffix, index) => {
  const [posted] = await postedBy(destination, { hostport, suffix, pipeline: 'p', apikey: 'k' }, [
    sampleEvent(),
  ]);
  expect(posted).toMatchObject({
    url: `${hostport}/${index}/_doc?pipeline=p`,
    headers: { authorization: 'APIKey k' },
  });
});

test('dots of names are replaced and bodies packed where that is wanted', async () => {
  let packed: Buffer = Buffer.alloc(0);
  await postedBy(destination, { hostport, flattenfields: true, enablecompression: true }, [sampleEvent()], {
    effects: {
      request: (_url, _options, body) => {
        packed = body;
        return Promise.reject(new Error('seen enough'));
      },
    },
  }).catch(() => undefined);
  expect(JSON.parse(gunzipSync(packed).toString())).toMatchObject({ output_fields: { user_name: 'root' } });
});

test('a field that the index cannot take is left out', async () => {
  const posted = await postedBy(destination, { hostport }, [sampleEvent()], {
    answers: [refusal('user.name'), refusal('proc'), { status: 201 }],
  });
  expect(posted).toHaveLength(3);
  const names = Object.keys((posted[2]?.json as FalcoEvent).output_fields);
  expect(names).toEqual(['container.id', 'evt.time', 'k8s.ns.name', 'k8s.pod.name']);
});

test('a document that is refused for something else is given up', async () => {
  const posted = postedBy(destination, { hostport }, [sampleEvent()], {
    answers: [refusal('nothing.of.ours')],
  });
  await expect(posted).rejects.toMatchObject({ code: 'output.rejected' });
});

describe('bulk', () => {
  const values = { hostport, 'batching.enabled': true };
  const events = ['a', 'b', 'c'].map((output, i) => sampleEvent({ output, uuid: `id-${i}` }));
  const items = (...statuses: number[]): { status: number; body: string } => ({
    status: 200,
    body: JSON.stringify({
      errors: true,
      items: statuses.map((status) => ({ create: { status, error: { type: 't', reason: 'why' } } })),
    }),
  });

  test('creates documents with ids, so that a repetition does no harm', async () => {
    const [posted] = await postedBy(destination, values, events, { answers: [items(201, 409, 201)] });
    expect(posted?.url).toBe(`${hostport}/_bulk`);
    const lines = posted?.body.trimEnd().split('\n') ?? [];
    expect(lines.filter((_, i) => i % 2 === 0)).toEqual(
      events.map(({ uuid }) => `{"create":{"_index":"falco-2026.11.24","_id":"${uuid}"}}`),
    );
    expect(JSON.parse(lines[3] ?? '')).toMatchObject({ output: 'b', '@timestamp': sampleEvent().time });
  });

  test('is split at batchsize', async () => {
    const posted = await postedBy(destination, { ...values, 'batching.batchsize': 10 }, events, {
      answers: [items(201), items(201), items(201)],
    });
    expect(posted).toHaveLength(3);
  });

  test.each([
    [429, 'output.failed'],
    [400, 'output.rejected'],
  ])('a document answered %i stops there', async (status, code) => {
    const sending = postedBy(destination, values, events, { answers: [items(201, status, 201)] });
    await expect(sending).rejects.toMatchObject({ code, details: { status } });
  });

  test('an answer that is none is a failure', async () => {
    const sending = postedBy(destination, values, events, { answers: [{ status: 200, body: '<html>' }] });
    await expect(sending).rejects.toMatchObject({ code: 'output.failed' });
  });
});

describe('createindextemplate', () => {
  const values = { hostport, createindextemplate: true };

  test('creates it once where there is none', async () => {
    const posted = await postedBy(destination, values, [sampleEvent(), sampleEvent()], {
      answers: [{ status: 404 }],
    });
    expect(posted.map(({ method, url }) => `${method} ${url}`)).toEqual([
      `GET ${hostport}/_index_template/falco`,
      `PUT ${hostport}/_index_template/falco`,
      `POST ${hostport}/falco-2026.11.24/_doc`,
      `POST ${hostport}/falco-2026.11.24/_doc`,
    ]);
    expect(posted[1]?.json).toMatchObject({
      index_patterns: ['falco-*'],
      template: { settings: { number_of_shards: 3, number_of_replicas: 3 } },
    });
  });

  test('leaves one that is there alone', async () => {
    const posted = await postedBy(destination, values, [sampleEvent()]);
    expect(posted.map(({ method }) => method)).toEqual(['GET', 'POST']);
  });
});
