import { expect, test } from 'vitest';
import { postedBy } from '../testkit/posted.ts';
import { destination, readBroker } from './mqtt.ts';

// What it sends is shown with real servers, in e2e/destinations-queues.test.ts.
test.each([
  [{ broker: 'h:x' }, 'mqtt.broker is no address of an MQTT broker'],
  [{ broker: 'ws://h' }, 'mqtt.broker is no address of an MQTT broker'],
  [{ broker: 'tcp://h', qos: 3 }, 'mqtt.qos: there is no 3'],
  [{ broker: 'tcp://h', topic: 'a/#' }, 'mqtt.topic: nothing can be published to "a/#"'],
])('settings that cannot work are told at the start, without secrets: %j', async (values, message) => {
  const opening = (async () => postedBy(destination, values, []))();
  await expect(opening).rejects.toMatchObject({ code: 'config.invalid', message });
});

test.each([
  ['h', 'h', 1883, false],
  ['h:1884', 'h', 1884, false],
  [':1884', '127.0.0.1', 1884, false],
  ['tcp://[::1]', '::1', 1883, false],
  ['ssl://h', 'h', 8883, true],
])('the broker %s', (text, host, port, secure) => {
  expect(readBroker(text)).toEqual({ host, port, secure });
});
