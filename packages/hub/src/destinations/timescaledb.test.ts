import { expect, test } from 'vitest';
import { postedBy } from '../testkit/posted.ts';
import { destination } from './timescaledb.ts';

// What it sends is shown with real servers, in e2e/destinations-servers.test.ts.
test.each([
  [{ host: 'a b' }, 'timescaledb.host is no address of a server'],
  [{ host: 'h', port: 'x' }, 'timescaledb.host is no address of a server'],
  [{ host: 'h', hypertablename: '' }, 'timescaledb: an empty name is no name of a table or column'],
])('settings that cannot work are told at the start, without secrets: %j', async (values, message) => {
  const opening = (async () => postedBy(destination, values, []))();
  await expect(opening).rejects.toMatchObject({ code: 'config.invalid', message });
});
