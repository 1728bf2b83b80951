import { expect, test } from 'vitest';
import { postedBy } from '../testkit/posted.ts';
import { destination } from './redis.ts';

// What it sends is shown with real servers, in e2e/destinations-queues.test.ts.
test.each([
  [{ address: 'a b' }, 'redis.address is no address of a server'],
  [{ address: 'h:70000' }, 'redis.address is no address of a server'],
  [{ address: 'h', mutualtls: true }, 'mutualtls is on, but there is no client certificate'],
])('settings that cannot work are told at the start, without secrets: %j', async (values, message) => {
  const opening = (async () => postedBy(destination, values, []))();
  await expect(opening).rejects.toMatchObject({ code: 'config.invalid', message });
});
