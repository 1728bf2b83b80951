import { eventJson } from '@lanner/api';
import { AppError, percentDecoded } from '@lanner/core';
import { defineDestination } from '../destination.ts';
import { inGroups } from '../lib/events.ts';
import { openLink } from '../lib/link.ts';
import { tlsOptions } from '../lib/tls.ts';

const largestGroup = 256;

export const destination = defineDestination({
  id: 'rabbitmq',
  title: 'RabbitMQ',
  doc: 'One message an alert to a queue of RabbitMQ (AMQP 0-9-1), confirmed by the server.',
  sidekick: {
    section: 'rabbitmq',
    enabledBy: ['url', 'queue'],
    metricName: 'rabbitmq',
    audience: 'machines',
  },
  async open(settings, effects) {
    const url = readAddress(settings.text('url'));
    const queue = settings.text('queue');
    const tls =
      url.protocol === 'amqps:' ? await tlsOptions(settings, { mutual: false, verify: true }, effects) : {};
    const link = openLink({
      server: `RabbitMQ ${url.host}`,
      timeoutMs: effects.timeoutMs,
      secrets: [percentDecoded(url.password), url.href],
      async connect(lost) {
        const { connect } = await import('amqplib');
        const connection = await connect(url.href, { timeout: effects.timeoutMs, ...tls });
        connection.on('error', lost).on('close', lost);
        const channel = await connection.createConfirmChannel();
        channel.on('error', lost).on('close', lost);
        return { connection, channel };
      },
      end: ({ connection }) => connection.close(),
    });
    return {
      send: inGroups(largestGroup, (events) =>
        link.use(async ({ channel }) => {
          // Falcosidekick does not ask, and messages for a queue that is not there vanish.
          const returned: unknown[] = [];
          const noteReturn = (message: unknown): void => void returned.push(message);
          channel.on('return', noteReturn);
          try {
            for (const event of events) {
              channel.publish('', queue, Buffer.from(eventJson(event)), {
                contentType: 'text/plain',
                persistent: true,
                mandatory: true,
              });
            }
            await channel.waitForConfirms();
          } finally {
            channel.off('return', noteReturn);
          }
          if (returned.length > 0) {
            throw new AppError(
              'output.failed',
              `RabbitMQ ${url.host} has no queue ${JSON.stringify(queue)}`,
              {
                hint: 'Declare the queue; nothing is sent until it is there.',
              },
            );
          }
        }),
      ),
      close: link.close,
    };
  },
});

function readAddress(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.hostname === '' || (url.protocol !== 'amqp:' && url.protocol !== 'amqps:')) {
    throw new AppError('config.invalid', 'rabbitmq.url is no address of an AMQP server', {
      hint: 'Write it like amqp://user:password@host:5672/.',
    });
  }
  return url;
}
