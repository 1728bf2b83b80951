import { type IncomingHttpHeaders, createServer, type Http2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { silentLog } from '@lanner/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { otlpSchemas } from '../lib/otlp-schemas.ts';
import { protobuf } from '../lib/protobuf.ts';
import { nodeEffects } from '../node-effects.ts';
import { messageOf, numberedMessages, sampleEvent } from '../testkit/events.ts';
import { postedBy } from '../testkit/posted.ts';
import { sectionSettings } from '../testkit/settings.ts';
import { destination } from './otlplogs.ts';

const endpoint = 'http://collector:4318/v1/logs';
const request = {
  resourceLogs: [
    {
      resource: {
        attributes: [
          { key: 'service.name', value: { stringValue: 'falco' } },
          { key: 'service.version', value: { stringValue: 'v0.1.0' } },
        ],
      },
      scopeLogs: [
        {
          scope: { name: 'falco' },
          logRecords: [
            {
              timeUnixNano: '1795513576105082194',
              observedTimeUnixNano: '1795563000000000000',
              severityNumber: 13,
              severityText: 'Warning',
              body: { stringValue: sampleEvent().output },
              attributes: [
                { key: 'priority', value: { stringValue: 'Warning' } },
                { key: 'source', value: { stringValue: 'syscalls' } },
                { key: 'rule', value: { stringValue: 'Terminal shell in container' } },
                { key: 'hostname', value: { stringValue: 'node-1' } },
                { key: 'tags', value: { stringValue: 'container,shell' } },
                { key: 'timestamp', value: { stringValue: '2026-11-24 09:46:16.105082194 +0000 UTC' } },
              ],
            },
          ],
        },
      ],
      schemaUrl: 'https://opentelemetry.io/schemas/1.23.1',
    },
  ],
};

test('a record is an alert, as JSON', async () => {
  const values = { endpoint, protocol: 'http/json', headers: 'X-A=b%20c, api-key = d' };
  const [posted] = await postedBy(destination, values, [sampleEvent()]);
  expect(posted).toMatchObject({
    url: endpoint,
    headers: { 'content-type': 'application/json', 'x-a': 'b c', 'api-key': 'd' },
  });
  expect(posted?.json).toEqual(request);
});

test('unless told otherwise, as Protocol Buffers', async () => {
  const [posted] = await postedBy(destination, { endpoint }, [sampleEvent()]);
  expect(posted?.headers['content-type']).toBe('application/x-protobuf');
  expect(posted?.body).toBe(protobuf(request, otlpSchemas.logs).toString());
});

test('headers and compression may come as variables', async () => {
  const [posted] = await postedBy(
    destination,
    { endpoint, extraenvvars: { OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip' } },
    [sampleEvent()],
    { effects: { environment: (name) => (name === 'OTEL_EXPORTER_OTLP_LOGS_HEADERS' ? 'a=b' : undefined) } },
  );
  expect(posted?.headers).toMatchObject({ 'content-encoding': 'gzip', a: 'b' });
});

test('a protocol that there is not is told', async () => {
  await expect(postedBy(destination, { endpoint, protocol: 'udp' }, [])).rejects.toThrow(
    'otlp.logs.protocol',
  );
});

describe('over gRPC', () => {
  const calls: { headers: IncomingHttpHeaders; body: Buffer }[] = [];
  let server: Http2Server;
  let status = '0';
  beforeAll(async () => {
    server = createServer();
    server.on('stream', (stream, headers) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        calls.push({ headers, body: Buffer.concat(chunks) });
        stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
        stream.on('wantTrailers', () => {
          stream.sendTrailers({ 'grpc-status': status, 'grpc-message': 'said with tok3n-secret' });
        });
        stream.end(Buffer.alloc(5));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  async function send(): Promise<void> {
    const settings = sectionSettings('otlp.logs', {
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      protocol: 'grpc',
      headers: 'x-key=tok3n-secret',
    });
    const effects = {
      ...nodeEffects(silentLog, () => Promise.resolve()),
      now: () => new Date('2026-11-24T23:30:00Z'),
    };
    const open = await destination.open(settings, effects);
    try {
      await open.send([messageOf(sampleEvent()), ...numberedMessages(1)]);
    } finally {
      await open.close();
    }
  }

  test('a request is a framed message, its status is waited for', async () => {
    status = '0';
    await send();
    const { headers, body } = calls.at(-1) ?? { headers: {}, body: Buffer.alloc(0) };
    expect(headers).toMatchObject({
      ':path': '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
      'content-type': 'application/grpc',
      te: 'trailers',
      'x-key': 'tok3n-secret',
    });
    expect(body.readUInt32BE(1)).toBe(body.length - 5);
    expect(body.toString()).toContain('alert number 0');
  });

  test.each([
    ['14', 'output.failed'],
    ['3', 'output.rejected'],
  ])('status %s is %s, without secrets', async (answer, code) => {
    status = answer;
    await expect(send()).rejects.toMatchObject({
      code,
      message: expect.stringContaining('said with ***') as string,
    });
  });
});
