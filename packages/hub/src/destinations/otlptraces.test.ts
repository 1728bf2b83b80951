import { expect, test } from 'vitest';
import { sampleEvent } from '../testkit/events.ts';
import { postedBy } from '../testkit/posted.ts';
import { destination } from './otlptraces.ts';

const values = { endpoint: 'http://collector:4318/v1/traces', protocol: 'http/json' };

interface Span {
  readonly traceId: string;
  readonly spanId: string;
}

async function spansOf(...events: ReturnType<typeof sampleEvent>[]): Promise<Span[]> {
  const [posted] = await postedBy(destination, values, events);
  const request = posted?.json as { resourceSpans: { scopeSpans: { spans: Span[] }[] }[] } | undefined;
  return request?.resourceSpans[0]?.scopeSpans[0]?.spans ?? [];
}

test('a span is an alert', async () => {
  const event = sampleEvent({ output_fields: { 'container.id': '42', 'proc.pid': 7 } });
  expect(await spansOf(event)).toEqual([
    {
      traceId: '088094c785ab1be95aa073305569c06b',
      spanId: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
      name: 'Terminal shell in container',
      kind: 2,
      startTimeUnixNano: '1795513576105082194',
      endTimeUnixNano: '1795513577105082194',
      attributes: [
        { key: 'uuid', value: { stringValue: event.uuid } },
        { key: 'source', value: { stringValue: 'syscalls' } },
        { key: 'priority', value: { stringValue: 'Warning' } },
        { key: 'rule', value: { stringValue: 'Terminal shell in container' } },
        { key: 'hostname', value: { stringValue: 'node-1' } },
        {
          key: 'tags',
          value: { arrayValue: { values: [{ stringValue: 'container' }, { stringValue: 'shell' }] } },
        },
        { key: 'container.id', value: { stringValue: '42' } },
        { key: 'proc.pid', value: { stringValue: '7' } },
      ],
      events: [{ timeUnixNano: '1795513576105082194', name: event.output }],
      flags: 256,
    },
  ]);
});

test('a trace is a pod, else a container, else a machine, else the event', async () => {
  const fields = { 'k8s.ns.name': 'my-ns', 'k8s.pod.name': 'my-pod-name', 'container.id': '42' };
  const spans = await spansOf(
    sampleEvent({ output_fields: fields }),
    sampleEvent({ output_fields: { 'container.id': 'host', 'evt.hostname': 'localhost' } }),
    sampleEvent({ output_fields: { 'container.id': 42 }, hostname: 'localhost' }),
    sampleEvent({ output_fields: { a: 1 }, hostname: '', uuid: '42' }),
  );
  expect(spans.map(({ traceId }) => traceId)).toEqual([
    '087e7ab4196a3c4801e3c23bc1406163',
    'b96c8fbfe005d268653aef8210412f0a',
    'b96c8fbfe005d268653aef8210412f0a',
    '088094c785ab1be95aa073305569c06b',
  ]);
  expect(spans[3]?.spanId).not.toBe(spans[0]?.spanId);
});

test('alerts of other sources have no span', async () => {
  expect(await postedBy(destination, values, [sampleEvent({ source: 'k8s_audit' })])).toEqual([]);
});
