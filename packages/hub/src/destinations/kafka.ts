import { eventJson } from '@lanner/api';
import { AppError } from '@lanner/core';
import type { Producer, ProducerOptions } from '@platformatic/kafka';
import { defineDestination, type DestinationEffects, type DestinationSettings } from '../destination.ts';
import { inGroups } from '../lib/events.ts';
import { readHostPort } from '../lib/host-port.ts';
import { balancers, type Balancer } from '../lib/kafka-balancers.ts';
import { openLink } from '../lib/link.ts';
import { tlsOptions } from '../lib/tls.ts';

const defaultPort = 9092;
const largestGroup = 256;

type TextProducer = Producer<string, string, string, string>;
type TextProducerOptions = ProducerOptions<string, string, string, string>;

export const destination = defineDestination({
  id: 'kafka',
  title: 'Apache Kafka',
  doc: 'One message an alert to a topic, acknowledged by the leader of the partition or by all replicas.',
  sidekick: { section: 'kafka', enabledBy: ['hostport', 'topic'], metricName: 'kafka', audience: 'machines' },
  async open(settings, effects) {
    const options = await producerOptions(settings, effects);
    const balancer = oneOf('balancer', settings.text('balancer').toLowerCase(), balancers)();
    const topic = settings.text('topic');
    const link = openLink<TextProducer>({
      server: `Kafka ${settings.text('hostport')}`,
      timeoutMs: effects.timeoutMs,
      secrets: [settings.text('password')],
      async connect() {
        const { Producer: Client, stringSerializers } = await import('@platformatic/kafka');
        return new Client({
          ...options,
          serializers: stringSerializers,
          partitioner: partitionerFor(topic, balancer),
        });
      },
      end: (producer) => producer.close(true),
      rejected: ({ message }) => /MESSAGE_TOO_LARGE|RECORD_LIST_TOO_LARGE|INVALID_RECORD/.test(message),
    });
    return {
      send: inGroups(largestGroup, (events) =>
        link.use(async (producer) => {
          await producer.send({ messages: events.map((event) => ({ topic, value: eventJson(event) })) });
        }),
      ),
      close: link.close,
    };
  },
});

/** `NONE` is falcosidekick's default and means that losses go unnoticed: the leader is asked to answer all the same. */
const acknowledgements: Readonly<Record<string, number>> = { none: 1, one: 1, all: -1 };
const mechanisms = {
  plain: 'PLAIN',
  scram_sha256: 'SCRAM-SHA-256',
  scram_sha512: 'SCRAM-SHA-512',
} as const;
const compressions = { none: 'none', gzip: 'gzip', snappy: 'snappy', lz4: 'lz4', zstd: 'zstd' } as const;

async function producerOptions(
  settings: DestinationSettings,
  effects: DestinationEffects,
): Promise<TextProducerOptions> {
  const brokers = settings
    .text('hostport')
    .split(',')
    .map((text) => readHostPort('kafka.hostport', text, defaultPort));
  const sasl = settings.text('sasl');
  return {
    clientId: settings.text('clientid') || 'falcosidekick',
    bootstrapBrokers: brokers,
    connectTimeout: effects.timeoutMs,
    timeout: effects.timeoutMs,
    // Trying again is the queue's affair.
    retries: false,
    autocreateTopics: settings.flag('topiccreation'),
    acks: oneOf('requiredacks', settings.text('requiredacks').toLowerCase(), acknowledgements),
    compression: oneOf('compression', settings.text('compression').toLowerCase(), compressions),
    ...(sasl === ''
      ? {}
      : {
          sasl: {
            mechanism: oneOf('sasl', sasl.toLowerCase(), mechanisms),
            username: settings.text('username'),
            password: settings.text('password'),
          },
        }),
    ...(settings.flag('tls')
      ? { tls: await tlsOptions(settings, { mutual: false, verify: true }, effects) }
      : {}),
  };
}

function partitionerFor(topic: string, balancer: Balancer): NonNullable<TextProducerOptions['partitioner']> {
  return ({ value }, _key, { metadata }) =>
    balancer(metadata?.topics.get(topic)?.partitionsCount ?? 1, value?.length ?? 0);
}

/** The value under a name. Throws AppError 'config.invalid' with the names there are. */
function oneOf<T>(key: string, name: string, values: Readonly<Record<string, T>>): T {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  if (value === undefined) {
    throw new AppError('config.invalid', `kafka.${key}: there is no ${JSON.stringify(name)}`, {
      hint: `Take one of ${Object.keys(values).join(', ')}.`,
    });
  }
  return value;
}
