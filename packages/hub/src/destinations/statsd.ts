import { defineDestination } from '../destination.ts';
import { eventOf } from '../lib/events.ts';
import { readHostPort } from '../lib/host-port.ts';
import { openUdpLink } from '../lib/udp-link.ts';

const defaultPort = 8125;

export const destination = defineDestination({
  id: 'statsd',
  title: 'StatsD',
  doc: 'Counters of accepted alerts, by priority, and of deliveries, as datagrams.',
  sidekick: { section: 'statsd', enabledBy: ['forwarder'], metricName: 'statsd', audience: 'machines' },
  open(settings, { timeoutMs }) {
    const { host, port } = readHostPort('statsd.forwarder', settings.text('forwarder'), defaultPort);
    const namespace = safe(settings.text('namespace'));
    const tags = settings
      .list('tags')
      .map((tag) => tag.replace(/[\s|#,]+/g, ''))
      .join(',');
    const link = openUdpLink(`StatsD server ${host}:${port}`, { host, port }, timeoutMs);
    /** One datagram for all counters. */
    function send(counts: ReadonlyMap<string, number>): Promise<void> {
      const suffix = tags === '' ? '' : `|#${tags}`;
      const lines = Array.from(counts, ([name, count]) => `${namespace}${name}:${count}|c${suffix}`);
      return link.send(lines.join('\n'));
    }
    return Promise.resolve({
      async send(batch, delivered) {
        const counts = new Map([
          ['total', batch.length],
          ['inputs.requests.accepted', batch.length],
        ]);
        for (const { priority } of batch.map(eventOf)) {
          const name = `falco.accepted.${priority}`;
          counts.set(name, (counts.get(name) ?? 0) + 1);
        }
        await send(counts);
        delivered?.(batch.length);
      },
      note(output, status, count) {
        // A datagram that is lost is no reason to trouble a delivery.
        send(new Map([[`outputs.${safe(output)}.${status}`, count]])).catch(() => undefined);
      },
      noteRejected(count) {
        send(new Map([['inputs.requests.rejected', count]])).catch(() => undefined);
      },
      close: link.close,
    });
  },
});

/** A name that can stand in a line of the protocol. */
function safe(text: string): string {
  return text.replace(/[\s:|@#,]+/g, '');
}
