import { expect, test } from 'vitest';
import { postedBy } from '../testkit/posted.ts';
import { destination } from './nats.ts';

// What it sends is shown with real servers, in e2e/destinations-queues.test.ts.
test.each([
  [{ hostport: 'http://h' }, 'nats.hostport is no address of a NATS server'],
  [{ hostport: 'nats://u:p@' }, 'nats.hostport is no address of a NATS server'],
])('settings that cannot work are told at the start, without secrets: %j', async (values, message) => {
  const opening = (async () => postedBy(destination, values, []))();
  await expect(opening).rejects.toMatchObject({ code: 'config.invalid', message });
});
