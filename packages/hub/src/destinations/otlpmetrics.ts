import type { FalcoEvent } from '@lanner/api';
import { defineDestination, type DestinationSettings } from '../destination.ts';
import { eventOf } from '../lib/events.ts';
import { CounterSet } from '../lib/otlp-counters.ts';
import { attribute, openOtlp, type OtlpAttribute } from '../lib/otlp.ts';

const scope = 'falcosecurity.falco.otlpmetrics.meter';
const matches = 'falcosecurity_falco_rules_matches_total';
const inputs = 'falcosecurity_falcosidekick_inputs';
const outputs = 'falcosecurity_falcosidekick_outputs';
/** Series of all counters together; further ones are counted as one. */
const mostSeries = 2000;

export const destination = defineDestination({
  id: 'otlpmetrics',
  title: 'OTLP metrics',
  doc: 'Counters of matches, inputs and outputs for OpenTelemetry, over HTTP or gRPC.',
  sidekick: {
    section: 'otlp.metrics',
    enabledBy: ['endpoint'],
    metricName: 'otlpmetrics',
    audience: 'machines',
  },
  async open(settings, effects) {
    const exporter = await openOtlp('metrics', settings, effects);
    const extra = attributeNames(settings);
    const added = (settings.addedFields ?? []).filter(isName);
    let counters = new CounterSet(mostSeries, effects.now(), {
      [matches]: 'Number of times rules match',
      [inputs]: 'Number of times an input is received',
      [outputs]: 'Number of times an output is generated',
    });
    // One for each destination and status: they wait for the next batch.
    const notes: { output: string; status: string; count: number }[] = [];
    return {
      /** Counts are sums since the start. Those of a batch stay only when it has arrived, so that none counts twice. */
      async send(batch, delivered) {
        const next = counters.copy();
        const noted = notes.splice(0);
        for (const { output, status, count } of noted) {
          next.add(outputs, [attribute('destination', output), attribute('status', status)], count);
        }
        for (const event of batch.map(eventOf)) {
          next.add(inputs, [attribute('source', 'requests'), attribute('status', 'accepted')], 1);
          next.add(matches, attributesOf(event, added, extra), 1);
        }
        try {
          await exporter.send(scope, next.metrics(effects.now()));
        } catch (error) {
          notes.unshift(...noted);
          throw error;
        }
        counters = next;
        delivered?.(batch.length);
      },
      note(output, status, count) {
        const known = notes.find((note) => note.output === output && note.status === status);
        if (known === undefined) {
          notes.push({ output, status, count });
        } else {
          known.count += count;
        }
      },
      close: exporter.close,
    };
  },
});

/** Output fields that the settings want as attributes. */
function attributeNames(settings: DestinationSettings): string[] {
  return settings
    .text('extraattributes')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && isName(name));
}

function isName(field: string): boolean {
  return /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(field.replaceAll('.', '_'));
}

function attributesOf(
  event: FalcoEvent,
  added: readonly string[],
  extra: readonly string[],
): OtlpAttribute[] {
  const { source, priority, rule, hostname = '', tags = [], output_fields } = event;
  const text = (name: string): string => {
    const value = output_fields[name];
    return typeof value === 'string' ? value : '';
  };
  const names = new Set([...added, ...extra]);
  return [
    attribute('source', source),
    attribute('priority', priority),
    attribute('rule', rule),
    attribute('hostname', hostname || 'unknown'),
    attribute('tags', tags),
    ...Array.from(names, (name) => attribute(name.replaceAll('.', '_'), text(name))),
  ];
}
