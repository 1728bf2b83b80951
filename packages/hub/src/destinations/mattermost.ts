import { defineDestination } from '../destination.ts';
import { attachment, defaultIcon } from '../lib/chat.ts';
import { openHttpClient, readUrl, requestEach } from '../lib/http-client.ts';
import { inertMarkdown } from '../lib/markdown.ts';
import { messageTemplate } from '../lib/message-template.ts';

export const destination = defineDestination({
  id: 'mattermost',
  title: 'Mattermost',
  doc: 'One message an alert through an incoming webhook, with the output fields as an attachment.',
  sidekick: {
    section: 'mattermost',
    enabledBy: ['webhookurl'],
    metricName: 'mattermost',
    audience: 'people',
  },
  async open(settings, effects) {
    const url = readUrl('mattermost.webhookurl', settings.text('webhookurl'));
    const text = await messageTemplate('mattermost', settings, effects, inertMarkdown);
    const client = await openHttpClient(settings, effects);
    return requestEach(client, (event) => ({
      url,
      body: JSON.stringify({
        text: text(event) || undefined,
        username: settings.text('username') || undefined,
        icon_url: settings.text('icon') || defaultIcon,
        attachments: [
          attachment({
            event,
            outputFormat: settings.text('outputformat'),
            footer: settings.text('footer'),
            escape: inertMarkdown,
            order: ({ rule, hostname, priority, source, tags, fields, time }) => [
              rule,
              ...hostname,
              priority,
              source,
              ...tags,
              ...fields,
              time,
            ],
          }),
        ],
      }),
    }));
  },
});
