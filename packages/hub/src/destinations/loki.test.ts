import { eventJson } from '@lanner/api';
import { expect, test } from 'vitest';
import { sampleEvent } from '../testkit/events.ts';
import { postedBy } from '../testkit/posted.ts';
import { destination } from './loki.ts';

const labels = {
  rule: 'Terminal shell in container',
  source: 'syscalls',
  priority: 'Warning',
  k8s_ns_name: 'shop',
  k8s_pod_name: 'web-7d4b9c',
  hostname: 'node-1',
  tags: 'container,shell',
};

test('an alert is a line of the stream of its labels; the same labels are one stream', async () => {
  const events = [
    sampleEvent(),
    sampleEvent({ rule: 'Other' }),
    sampleEvent({ time: '2026-11-24T10:46:17+01:00', output: 'later' }),
  ];
  const posted = await postedBy(destination, { hostport: 'http://loki:3100' }, events);
  expect(posted).toHaveLength(1);
  expect(posted[0]?.url).toBe('http://loki:3100/loki/api/v1/push');
  expect(posted[0]?.headers['content-type']).toBe('application/json');
  expect(posted[0]?.json).toEqual({
    streams: [
      {
        stream: labels,
        values: [
          ['1795513576105082194', sampleEvent().output],
          ['1795513577000000000', 'later'],
        ],
      },
      { stream: { ...labels, rule: 'Other' }, values: [['1795513576105082194', sampleEvent().output]] },
    ],
  });
});

test('settings: JSON lines, tenant, credentials, further labels', async () => {
  const event = sampleEvent({
    output_fields: { 'user.name': 'ro"ot', 'arg[0]': 'x', env: 'prod', 'proc.name': 'sh', 'proc.pid': 1 },
  });
  const [posted] = await postedBy(
    destination,
    {
      hostport: 'http://loki',
      format: 'json',
      tenant: 't1',
      user: 'u',
      apikey: 'k',
      extralabels: 'user.name, arg[0],proc.pid',
      customheaders: { 'X-A': 'b' },
    },
    [event],
    { addedFields: ['env'] },
  );
  expect(posted?.headers).toMatchObject({ 'x-scope-orgid': 't1', authorization: 'Basic dTpr', 'x-a': 'b' });
  const [stream] = (posted?.json as { streams: { stream: object; values: string[][] }[] }).streams;
  expect(stream?.stream).toEqual({
    rule: labels.rule,
    source: labels.source,
    priority: labels.priority,
    hostname: labels.hostname,
    tags: labels.tags,
    user_name: 'root',
    arg0: 'x',
    env: 'prod',
  });
  expect(stream?.values[0]?.[1]).toBe(eventJson(event));
});

test('a line that is refused takes no other with it', async () => {
  const events = ['a', 'b', 'c'].map((output) => sampleEvent({ output }));
  const refused = { status: 400, body: 'entry too far behind' };
  const posted = postedBy(destination, { hostport: 'http://loki' }, events, {
    answers: [refused, { status: 204 }, refused],
  });
  await expect(posted).rejects.toMatchObject({ code: 'output.rejected', details: { status: 400 } });
});
