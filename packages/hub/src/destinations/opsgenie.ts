import type { FalcoEvent, PriorityName } from '@lanner/api';
import { defineDestination } from '../destination.ts';
import { textFields } from '../lib/events.ts';
import { openHttpClient, readUrl, requestEach } from '../lib/http-client.ts';

const addresses = {
  us: 'https://api.opsgenie.com/v2/alerts',
  eu: 'https://api.eu.opsgenie.com/v2/alerts',
} as const;

export const destination = defineDestination({
  id: 'opsgenie',
  title: 'Opsgenie',
  doc: 'One alert an alert, through the alert API of Opsgenie; an alert that had to be sent again opens no second one.',
  sidekick: { section: 'opsgenie', enabledBy: ['apikey'], metricName: 'opsgenie', audience: 'people' },
  async open(settings, effects) {
    const key = settings.text('apikey');
    const region = settings.text('region').toLowerCase() === 'eu' ? 'eu' : 'us';
    const url = readUrl('opsgenie.region', addresses[region]);
    const client = await openHttpClient(settings, effects, { secrets: [key] });
    return requestEach(client, (event) => ({
      url,
      headers: { authorization: `GenieKey ${key}` },
      body: JSON.stringify(alertOf(event)),
    }));
  },
});

const priorities: Readonly<Record<PriorityName, string>> = {
  Emergency: 'P1',
  Alert: 'P1',
  Critical: 'P2',
  Error: 'P3',
  Warning: 'P4',
  Notice: 'P5',
  Informational: 'P5',
  Debug: 'P5',
};

function alertOf(event: FalcoEvent): Record<string, unknown> {
  const { uuid, output, rule, priority, source, hostname = '', tags = [] } = event;
  const fields = textFields(event).map(([name, value]) => [name.replaceAll('.', '_'), value] as const);
  return {
    message: output,
    // Falcosidekick sends none, so that a repetition after a lost answer would page twice.
    alias: uuid,
    entity: 'Falcosidekick',
    description: rule,
    details: {
      ...Object.fromEntries(fields),
      source,
      rule,
      priority,
      ...(hostname === '' ? {} : { hostname }),
      ...(tags.length === 0 ? {} : { tags: tags.join(', ') }),
    },
    priority: priorities[priority],
  };
}
