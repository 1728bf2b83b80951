import type { FalcoEvent, PriorityName } from '@lanner/api';
import { defineDestination } from '../destination.ts';
import { inGroups } from '../lib/events.ts';
import { GoTime } from '../lib/go-time.ts';
import { attribute, openOtlp } from '../lib/otlp.ts';

const largestGroup = 256;

export const destination = defineDestination({
  id: 'otlplogs',
  title: 'OTLP logs',
  doc: 'Alerts as log records of OpenTelemetry, over HTTP or gRPC.',
  sidekick: { section: 'otlp.logs', enabledBy: ['endpoint'], metricName: 'otlplogs', audience: 'machines' },
  async open(settings, effects) {
    const exporter = await openOtlp('logs', settings, effects);
    return {
      send: inGroups(largestGroup, (events) => {
        const observed = `${BigInt(effects.now().getTime()) * 1_000_000n}`;
        return exporter.send(
          'falco',
          events.map((event) => recordOf(event, observed)),
        );
      }),
      close: exporter.close,
    };
  },
});

/** As the data model of OpenTelemetry's logs maps syslog; falcosidekick calls everything INFO. */
const severities: Readonly<Record<PriorityName, number>> = {
  Emergency: 21,
  Alert: 19,
  Critical: 18,
  Error: 17,
  Warning: 13,
  Notice: 10,
  Informational: 9,
  Debug: 5,
};

function recordOf(event: FalcoEvent, observedTimeUnixNano: string): object {
  const { output, priority, source, rule, hostname = '', tags = [] } = event;
  const time = new GoTime(event.time);
  return {
    timeUnixNano: String(time.UnixNano()),
    observedTimeUnixNano,
    severityNumber: severities[priority],
    severityText: priority,
    body: { stringValue: output },
    attributes: [
      attribute('priority', priority),
      attribute('source', source),
      attribute('rule', rule),
      attribute('hostname', hostname),
      attribute('tags', tags.join(',')),
      attribute('timestamp', time.String()),
    ],
  };
}
