import { expect, test } from 'vitest';
import { sampleEvent } from '../testkit/events.ts';
import { postedBy } from '../testkit/posted.ts';
import { destination } from './pagerduty.ts';

test('an incident has the fields as details', async () => {
  const event = sampleEvent({ output_fields: { 'user.name': 'root', 'proc.pid': 1, big: 2n ** 60n } });
  const [posted] = await postedBy(destination, { routingkey: 'r' }, [event]);
  expect(posted?.url).toBe('https://events.pagerduty.com/v2/enqueue');
  expect(posted?.body).toContain('"big":1152921504606846976');
  expect(posted?.json).toEqual({
    routing_key: 'r',
    event_action: 'trigger',
    dedup_key: event.uuid,
    payload: {
      source: 'falco',
      summary: event.output,
      severity: 'critical',
      timestamp: '2026-11-24T09:46:16Z',
      custom_details: { 'user.name': 'root', 'proc.pid': 1, big: 1152921504606846976, hostname: 'node-1' },
    },
  });
});

test('the region decides on the address, and a long output is cut to what PagerDuty takes', async () => {
  const [posted] = await postedBy(destination, { routingkey: 'r', region: 'eu' }, [
    sampleEvent({ output: 'x'.repeat(5000) }),
  ]);
  expect(posted?.url).toBe('https://events.eu.pagerduty.com/v2/enqueue');
  expect((posted?.json as { payload: { summary: string } }).payload.summary).toHaveLength(1024);
});
