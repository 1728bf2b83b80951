import { expect, test } from 'vitest';
import { sampleEvent } from '../testkit/events.ts';
import { postedBy } from '../testkit/posted.ts';
import { destination } from './opsgenie.ts';

test('an alert has the fields as details', async () => {
  const [posted] = await postedBy(destination, { apikey: 'k' }, [sampleEvent()]);
  expect(posted?.url).toBe('https://api.opsgenie.com/v2/alerts');
  expect(posted?.headers).toMatchObject({ authorization: 'GenieKey k' });
  expect(posted?.json).toEqual({
    message: sampleEvent().output,
    alias: sampleEvent().uuid,
    entity: 'Falcosidekick',
    description: 'Terminal shell in container',
    details: {
      container_id: '3f1c0a9b2d4e',
      k8s_ns_name: 'shop',
      k8s_pod_name: 'web-7d4b9c',
      proc_cmdline: 'bash -c "echo hello from a shell with quite a long command line"',
      user_name: 'root',
      source: 'syscalls',
      rule: 'Terminal shell in container',
      priority: 'Warning',
      hostname: 'node-1',
      tags: 'container, shell',
    },
    priority: 'P4',
  });
});

test('the region decides on the address', async () => {
  const [posted] = await postedBy(destination, { apikey: 'k', region: 'EU' }, [
    sampleEvent({ priority: 'Alert' }),
  ]);
  expect(posted?.url).toBe('https://api.eu.opsgenie.com/v2/alerts');
  expect(posted?.json).toMatchObject({ priority: 'P1' });
});
