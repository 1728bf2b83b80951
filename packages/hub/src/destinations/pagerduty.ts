import { type FalcoEvent, exactJson } from '@lanner/api';
import { defineDestination } from '../destination.ts';
import { GoTime } from '../lib/go-time.ts';
import { openHttpClient, readUrl, requestEach } from '../lib/http-client.ts';
import { cutText } from '../lib/text.ts';

const addresses = {
  us: 'https://events.pagerduty.com/v2/enqueue',
  eu: 'https://events.eu.pagerduty.com/v2/enqueue',
} as const;

/** What the Events API allows. */
const longestSummary = 1024;

export const destination = defineDestination({
  id: 'pagerduty',
  title: 'PagerDuty',
  doc: 'One incident an alert, through the Events API v2; an alert that had to be sent again opens no second one.',
  sidekick: { section: 'pagerduty', enabledBy: ['routingkey'], metricName: 'pagerduty', audience: 'people' },
  async open(settings, effects) {
    const routingKey = settings.text('routingkey');
    const region = settings.text('region').toLowerCase() === 'eu' ? 'eu' : 'us';
    const url = readUrl('pagerduty.region', addresses[region]);
    const client = await openHttpClient(settings, effects, { secrets: [routingKey] });
    return requestEach(client, (event) => ({ url, body: exactJson(incidentOf(event, routingKey)) }));
  },
});

function incidentOf(event: FalcoEvent, routingKey: string): Record<string, unknown> {
  const { uuid, output, time, output_fields, hostname = '' } = event;
  return {
    routing_key: routingKey,
    event_action: 'trigger',
    // Falcosidekick sends none, so that a repetition after a lost answer would page twice.
    dedup_key: uuid,
    payload: {
      // PagerDuty refuses an empty one.
      summary: cutText(output, longestSummary) || event.rule,
      source: 'falco',
      // Always this one, as from falcosidekick: the urgency of services is set by it.
      severity: 'critical',
      timestamp: new GoTime(time).rfc3339(),
      custom_details: { ...output_fields, ...(hostname === '' ? {} : { hostname }) },
    },
  };
}
