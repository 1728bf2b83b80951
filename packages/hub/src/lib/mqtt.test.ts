import { Duplex } from 'node:stream';
import { expect, test } from 'vitest';
import { MqttPublisher } from './mqtt.ts';

/** A broker that records packets and answers each with what `answer` makes of it, in hexadecimal digits. */
function broker(answer: (packet: string) => string): { stream: Duplex; packets: string[] } {
  const packets: string[] = [];
  const stream = new Duplex({
    read: () => undefined,
    write(chunk: Buffer, _encoding, done) {
      const packet = chunk.toString('hex');
      packets.push(packet);
      const reply = answer(packet);
      if (reply !== '') {
        stream.push(Buffer.from(reply, 'hex'));
      }
      done();
    },
  });
  return { stream, packets };
}
const login = { clientId: 'c', user: 'u', password: 'p' };
const message = { topic: 't', payload: 'x', retain: false } as const;

test('logs in, publishes and pings', async () => {
  const { stream, packets } = broker((packet) => ({ 10: '20020000', c0: 'd000' })[packet.slice(0, 2)] ?? '');
  const publisher = new MqttPublisher(stream);
  await publisher.login(login);
  await publisher.publish([{ ...message, qos: 0, retain: true }]);
  publisher.end();
  expect(packets).toEqual([
    `1013${'00044d515454' + '04c20000' + '000163' + '000175' + '000170'}`,
    '3104' + '000174' + '78',
    'c000',
    'e000',
  ]);
});

test('waits for the acknowledgements of QoS 1 and 2, in parts of any size', async () => {
  const { stream, packets } = broker((packet) => (packet.startsWith('62') ? `7002${packet.slice(4)}` : ''));
  const publisher = new MqttPublisher(stream);
  const published = publisher.publish([
    { ...message, qos: 1 },
    { ...message, qos: 2 },
  ]);
  for (const byte of Buffer.from('40020001' + '50020002', 'hex')) {
    stream.push(Buffer.from([byte]));
  }
  await published;
  expect(packets).toEqual(['3206' + '000174' + '0001' + '78', '3406' + '000174' + '0002' + '78', '62020002']);
});

test('a long message has its length in several bytes', async () => {
  const { stream, packets } = broker((packet) => (packet.startsWith('c0') ? 'd000' : ''));
  await new MqttPublisher(stream).publish([{ ...message, payload: 'x'.repeat(318), qos: 0 }]);
  expect(packets[0]?.slice(0, 6)).toBe('30c102');
});

test.each([
  ['20020005', 'not authorised'],
  ['20020004', 'user or password are wrong'],
  ['d000', 'type 13 instead of 2'],
  ['20ffffffff7f', 'does not speak MQTT'],
])('an answer %s to the login is told', async (answer, text) => {
  const { stream } = broker(() => answer);
  await expect(new MqttPublisher(stream).login(login)).rejects.toThrow(text);
});

test('an acknowledgement of something else, and an end, are failures', async () => {
  const wrong = broker(() => '40020009');
  await expect(new MqttPublisher(wrong.stream).publish([{ ...message, qos: 1 }])).rejects.toThrow(
    'message 9 instead of 1',
  );
  const gone = broker(() => '');
  const published = new MqttPublisher(gone.stream).publish([{ ...message, qos: 1 }]);
  gone.stream.destroy();
  await expect(published).rejects.toThrow('the connection ended');
});
