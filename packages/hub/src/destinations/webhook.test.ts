import { expect, test } from 'vitest';
import { sampleEvent } from '../testkit/events.ts';
import { postedBy } from '../testkit/posted.ts';
import { destination } from './webhook.ts';

test("posts the event as JSON, members in falcosidekick's order", async () => {
  const [posted] = await postedBy(destination, { address: 'http://h/in' }, [sampleEvent()]);
  expect(posted).toMatchObject({ url: 'http://h/in', method: 'POST' });
  expect(posted?.headers).toEqual({
    'content-type': 'application/json; charset=utf-8',
    'user-agent': 'Falcosidekick',
    'content-length': String(posted?.body.length),
  });
  expect(Object.keys(posted?.json as object)).toEqual([
    'uuid',
    'output',
    'priority',
    'rule',
    'time',
    'output_fields',
    'source',
    'tags',
    'hostname',
  ]);
  expect(posted?.body).toContain('"evt.time":1795513576105082194,');
});

test('puts where that is wanted, with headers of the settings', async () => {
  const [posted] = await postedBy(
    destination,
    {
      address: 'http://h/',
      method: 'put',
      customheaders: { Authorization: 'Bearer x', 'Content-Type': 'text/x' },
    },
    [sampleEvent()],
  );
  expect(posted?.method).toBe('PUT');
  expect(posted?.headers).toMatchObject({ authorization: 'Bearer x', 'content-type': 'text/x' });
});

test.each([
  [{ address: 'ftp://h/' }, 'webhook.address is no http or https address'],
  [{ address: 'http://h/', customheaders: { 'a b': 'x' } }, 'webhook.customheaders: "a b" cannot be sent'],
  [{ address: 'http://h/', customheaders: { a: 'x\r\nb: y' } }, 'webhook.customheaders: "a" cannot be sent'],
])('refuses settings that cannot work: %j', async (values, message) => {
  await expect(postedBy(destination, values, [])).rejects.toThrow(message);
});
