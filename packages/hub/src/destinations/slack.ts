import { defineDestination } from '../destination.ts';
import { attachment } from '../lib/chat.ts';
import { openHttpClient, readUrl, requestEach } from '../lib/http-client.ts';
import { messageTemplate } from '../lib/message-template.ts';

export const destination = defineDestination({
  id: 'slack',
  title: 'Slack',
  doc: 'One message an alert through an incoming webhook, with the output fields as an attachment.',
  sidekick: { section: 'slack', enabledBy: ['webhookurl'], metricName: 'slack', audience: 'people' },
  async open(settings, effects) {
    const url = readUrl('slack.webhookurl', settings.text('webhookurl'));
    const text = await messageTemplate('slack', settings, effects, escapeMarkup);
    const client = await openHttpClient(settings, effects);
    const [username, icon, channel] = ['username', 'icon', 'channel'].map(settings.text);
    return requestEach(client, (event) => ({
      url,
      body: JSON.stringify({
        text: text(event) || undefined,
        username: username || undefined,
        icon_url: icon || undefined,
        channel: channel || undefined,
        attachments: [
          attachment({
            event,
            outputFormat: settings.text('outputformat'),
            footer: settings.text('footer'),
            escape: escapeMarkup,
            order: ({ rule, priority, source, hostname, tags, fields, time }) => [
              rule,
              priority,
              source,
              ...hostname,
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

/** The three characters that Slack's markup is made of: without them a text can mention nobody and link nowhere. */
function escapeMarkup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
