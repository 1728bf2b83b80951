import type { FalcoEvent } from '@lanner/api';
import { defineDestination } from '../destination.ts';
import { fieldsOf, inGroups } from '../lib/events.ts';
import { fnv1a128 } from '../lib/fnv.ts';
import { GoTime } from '../lib/go-time.ts';
import { attribute, openOtlp } from '../lib/otlp.ts';
import { printed } from '../lib/printed.ts';

const largestGroup = 256;
/** Whether the parent of a span is remote is known, and it is not: falcosidekick's exporter says so of each. */
const parentIsKnown = 0x100;
/** Server, of the kinds of spans. */
const serverKind = 2;

export const destination = defineDestination({
  id: 'otlptraces',
  title: 'OTLP traces',
  doc: 'Alerts of system calls as spans of OpenTelemetry; those of one workload are one trace.',
  sidekick: {
    section: 'otlp.traces',
    enabledBy: ['endpoint'],
    metricName: 'otlptraces',
    audience: 'machines',
  },
  async open(settings, effects) {
    const exporter = await openOtlp('traces', settings, effects);
    const { createHash } = await import('node:crypto');
    // Of the event, so that a span that is sent again is the same one.
    const spanId = (uuid: string): string => createHash('sha256').update(uuid).digest('hex').slice(0, 16);
    const lengthNs = BigInt(settings.number('duration')) * 1_000_000n;
    return {
      send: inGroups(largestGroup, async (events) => {
        const spans = events
          .filter(({ source }) => source === 'syscall' || source === 'syscalls')
          .map((event) => spanOf(event, spanId(event.uuid), lengthNs));
        if (spans.length > 0) {
          await exporter.send('falco-event', spans);
        }
      }),
      close: exporter.close,
    };
  },
});

function spanOf(event: FalcoEvent, spanId: string, lengthNs: bigint): object {
  const { uuid, source, priority, rule, hostname = '', tags = [], output, output_fields } = event;
  const start = new GoTime(event.time).UnixNano();
  return {
    traceId: traceId(event),
    spanId,
    name: rule,
    kind: serverKind,
    startTimeUnixNano: String(start),
    endTimeUnixNano: String(start + lengthNs),
    attributes: [
      attribute('uuid', uuid),
      attribute('source', source),
      attribute('priority', priority),
      attribute('rule', rule),
      attribute('hostname', hostname),
      attribute('tags', tags),
      ...fieldsOf(output_fields).map(([name, value]) => attribute(name, printed(value))),
    ],
    events: [{ timeUnixNano: String(start), name: output }],
    flags: parentIsKnown,
  };
}

/**
 * What alerts of one workload share: its pod, else its container, else the machine. Falcosidekick sends no trace where an
 * event names none of them; here it is a trace of its own.
 */
function traceId({ output_fields, hostname = '', uuid }: FalcoEvent): string {
  const text = (name: string): string => {
    const value = output_fields[name];
    return typeof value === 'string' ? value : '';
  };
  const [namespace, pod, container] = [text('k8s.ns.name'), text('k8s.pod.name'), text('container.id')];
  if (namespace !== '' && pod !== '') {
    return fnv1a128(`${namespace}:${pod}`);
  }
  return fnv1a128(
    container !== '' && container !== 'host' ? container : text('evt.hostname') || hostname || uuid,
  );
}
