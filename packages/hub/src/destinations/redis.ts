import { eventJson } from '@lanner/api';
import type { RedisClientOptions } from '@redis/client';
import { defineDestination, type DestinationEffects, type DestinationSettings } from '../destination.ts';
import { inGroups } from '../lib/events.ts';
import { type HostPort, readHostPort } from '../lib/host-port.ts';
import { openLink } from '../lib/link.ts';
import { tlsOptions } from '../lib/tls.ts';

const defaultPort = 6379;
const largestGroup = 256;

export const destination = defineDestination({
  id: 'redis',
  title: 'Redis',
  doc: 'Events as JSON at the end of a list, or in a hash under their uuid.',
  sidekick: { section: 'redis', enabledBy: ['address'], metricName: 'redis', audience: 'machines' },
  async open(settings, effects) {
    const address = readHostPort('redis.address', settings.text('address'), defaultPort);
    const options = await clientOptions(settings, address, effects);
    const key = settings.text('key');
    const asHash = settings.text('storagetype').toLowerCase() === 'hashmap';
    const link = openLink({
      server: `Redis ${address.host}:${address.port}`,
      timeoutMs: effects.timeoutMs,
      secrets: [settings.text('password')],
      async connect(lost) {
        const { createClient } = await import('@redis/client');
        const client = createClient(options);
        client.on('error', lost).on('end', lost);
        await client.connect();
        return client;
      },
      end(client) {
        if (client.isOpen) {
          client.destroy();
        }
      },
    });
    return {
      // One command for many: they arrive in order, and together or not at all.
      send: inGroups(largestGroup, (events) =>
        link.use(async (client) => {
          if (asHash) {
            await client.hSet(key, Object.fromEntries(events.map((event) => [event.uuid, eventJson(event)])));
          } else {
            await client.rPush(key, events.map(eventJson));
          }
        }),
      ),
      close: link.close,
    };
  },
});

async function clientOptions(
  settings: DestinationSettings,
  { host, port }: HostPort,
  effects: DestinationEffects,
): Promise<RedisClientOptions> {
  const mutual = settings.flag('mutualtls');
  const [caFile, certFile, keyFile] = [
    settings.text('cacertfile'),
    settings.text('certfile'),
    settings.text('keyfile'),
  ];
  const wishes = { mutual, verify: settings.flag('checkcert'), own: { caFile, certFile, keyFile } };
  const base = { host, port, connectTimeout: effects.timeoutMs, reconnectStrategy: false } as const;
  const [username, password] = [settings.text('username'), settings.text('password')];
  return {
    ...(username === '' ? {} : { username }),
    ...(password === '' ? {} : { password }),
    database: settings.number('database'),
    // A command for a connection that is gone fails now; the queue keeps the event.
    disableOfflineQueue: true,
    socket:
      mutual || settings.flag('tls')
        ? { ...base, tls: true, ...(await tlsOptions(settings, wishes, effects)) }
        : base,
  };
}
