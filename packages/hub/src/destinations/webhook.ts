import { eventJson } from '@lanner/api';
import { defineDestination } from '../destination.ts';
import { openHttpClient, readHeaders, readUrl, requestEach } from '../lib/http-client.ts';

export const destination = defineDestination({
  id: 'webhook',
  title: 'Webhook',
  doc: 'One POST or PUT an alert, the event as JSON.',
  sidekick: { section: 'webhook', enabledBy: ['address'], metricName: 'webhook', audience: 'machines' },
  async open(settings, effects) {
    const url = readUrl('webhook.address', settings.text('address'));
    const headers = readHeaders('webhook.customheaders', settings.map('customheaders'));
    const method = settings.text('method').toUpperCase() === 'PUT' ? 'PUT' : 'POST';
    const client = await openHttpClient(settings, effects, { secrets: Object.values(headers) });
    return requestEach(client, (event) => ({ url, method, headers, body: eventJson(event) }));
  },
});
