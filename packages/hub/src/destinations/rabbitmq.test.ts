import { expect, test } from 'vitest';
import { postedBy } from '../testkit/posted.ts';
import { destination } from './rabbitmq.ts';

// What it sends is shown with real servers, in e2e/destinations-queues.test.ts.
test.each([
  [{ url: 'http://u:p@h', queue: 'q' }, 'rabbitmq.url is no address of an AMQP server'],
  [{ url: 'nonsense', queue: 'q' }, 'rabbitmq.url is no address of an AMQP server'],
])('settings that cannot work are told at the start, without secrets: %j', async (values, message) => {
  const opening = (async () => postedBy(destination, values, []))();
  await expect(opening).rejects.toMatchObject({ code: 'config.invalid', message });
});
