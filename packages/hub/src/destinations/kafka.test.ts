import { expect, test } from 'vitest';
import { postedBy } from '../testkit/posted.ts';
import { destination } from './kafka.ts';

test.each([
  [{ balancer: 'fair' }, 'kafka.balancer: there is no "fair"'],
  [{ compression: 'brotli' }, 'kafka.compression: there is no "brotli"'],
  [{ requiredacks: 'some' }, 'kafka.requiredacks: there is no "some"'],
  [{ sasl: 'GSSAPI' }, 'kafka.sasl: there is no "gssapi"'],
  [{ hostport: 'a:1,b:c' }, 'kafka.hostport is no address of a server'],
])('settings that cannot work are told at the start: %j', async (values, message) => {
  await expect(postedBy(destination, { hostport: 'k:9092', topic: 't', ...values }, [])).rejects.toThrow(
    message,
  );
});

test('the names of falcosidekick are taken in any case', async () => {
  const values = { sasl: 'SCRAM_SHA256', balancer: 'Least_Bytes', compression: 'Zstd', requiredacks: 'All' };
  await expect(postedBy(destination, { hostport: 'k', topic: 't', ...values }, [])).resolves.toEqual([]);
});
