import { eventJson, type FalcoEvent } from '@lanner/api';
import { AppError, percentDecoded } from '@lanner/core';
import { defineDestination } from '../destination.ts';
import { inGroups } from '../lib/events.ts';
import { openLink } from '../lib/link.ts';
import { tlsOptions } from '../lib/tls.ts';

const largestGroup = 256;

export const destination = defineDestination({
  id: 'nats',
  title: 'NATS',
  doc: 'One message an alert, under a subject made of priority and rule.',
  sidekick: { section: 'nats', enabledBy: ['hostport'], metricName: 'nats', audience: 'machines' },
  async open(settings, effects) {
    const servers = settings.text('hostport').split(',').map(readAddress);
    const [first] = servers;
    const mutual = settings.flag('mutualtls');
    const tls =
      mutual || servers.some(({ protocol }) => protocol !== 'nats:')
        ? await tlsOptions(settings, { mutual, verify: settings.flag('checkcert') }, effects)
        : null;
    const [user, pass] = [percentDecoded(first?.username ?? ''), percentDecoded(first?.password ?? '')];
    const template = settings.text('subjecttemplate') || 'falco.<priority>.<rule>';
    const link = openLink({
      server: `NATS ${servers.map(({ host }) => host).join(', ')}`,
      timeoutMs: effects.timeoutMs,
      secrets: pass === '' ? [user] : [pass],
      async connect(lost) {
        const { connect } = await import('@nats-io/transport-node');
        const connection = await connect({
          servers: servers.map(({ host }) => host),
          timeout: effects.timeoutMs,
          reconnect: false,
          maxReconnectAttempts: 0,
          ...(user === '' ? {} : pass === '' ? { token: user } : { user, pass }),
          // What the client's own type of options has no names for goes to Node as it is.
          ...(tls === null ? {} : { tls: tls as object }),
        });
        void connection.closed().then(lost);
        return connection;
      },
      end: (connection) => connection.close(),
    });
    return {
      // The server answers a flush after it has taken what came before.
      send: inGroups(largestGroup, (events) =>
        link.use(async (connection) => {
          const most = connection.info?.max_payload ?? Infinity;
          for (const event of events) {
            const payload = eventJson(event);
            if (Buffer.byteLength(payload) > most) {
              throw new AppError('output.rejected', `NATS takes no message above ${most} bytes`);
            }
            connection.publish(subjectOf(event, template), payload);
          }
          await connection.flush();
        }),
      ),
      close: link.close,
    };
  },
});

function readAddress(text: string): URL {
  const trimmed = text.trim();
  const address = /^[a-z]+:\/\//.test(trimmed) ? trimmed : `nats://${trimmed}`;
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || url.hostname === '' || !['nats:', 'natss:', 'tls:'].includes(url.protocol)) {
    throw new AppError('config.invalid', 'nats.hostport is no address of a NATS server', {
      hint: 'Write it like nats://host:4222, or tls://host:4222.',
    });
  }
  return url;
}

/** Nothing of a rule but letters and digits comes into the subject, whose dots and stars have a meaning. */
function subjectOf({ priority, rule }: FalcoEvent, template: string): string {
  const slug = rule
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
  return template.replaceAll('<priority>', priority.toLowerCase()).replaceAll('<rule>', slug || '_');
}
