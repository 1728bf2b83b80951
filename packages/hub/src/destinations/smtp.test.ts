import { expect, test } from 'vitest';
import { postedBy } from '../testkit/posted.ts';
import { destination } from './smtp.ts';

// What it sends is shown with real servers, in e2e/destinations-servers.test.ts.
test.each([
  [{ hostport: 'mail' }, 'smtp.hostport is no address of a server'],
  [{ hostport: 'mail:25', authmechanism: 'ntlm', user: 'u' }, 'smtp.authmechanism: there is no "ntlm"'],
])('settings that cannot work are told at the start, without secrets: %j', async (values, message) => {
  const opening = (async () => postedBy(destination, values, []))();
  await expect(opening).rejects.toMatchObject({ code: 'config.invalid', message });
});
