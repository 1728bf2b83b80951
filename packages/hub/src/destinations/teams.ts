import { defineDestination } from '../destination.ts';
import { cardColors, chatFields } from '../lib/chat.ts';
import { openHttpClient, readUrl, requestEach } from '../lib/http-client.ts';
import { inertMarkdown } from '../lib/markdown.ts';

export const destination = defineDestination({
  id: 'teams',
  title: 'Microsoft Teams',
  doc: 'One message card an alert through an incoming webhook.',
  sidekick: { section: 'teams', enabledBy: ['webhookurl'], metricName: 'teams', audience: 'people' },
  async open(settings, effects) {
    const url = readUrl('teams.webhookurl', settings.text('webhookurl'));
    const client = await openHttpClient(settings, effects);
    const format = settings.text('outputformat');
    const all = format !== 'text' && format !== 'facts';
    return requestEach(client, (event) => {
      const { rule, priority, source, hostname, fields, tags, time } = chatFields(event);
      const facts = [rule, priority, source, ...hostname, ...fields, ...tags];
      return {
        url,
        body: JSON.stringify({
          '@type': 'MessageCard',
          summary: event.output || undefined,
          themeColor: cardColors[event.priority],
          sections: [
            {
              activityTitle: 'Falcosidekick',
              activitySubtitle: time.value,
              activityImage: settings.text('activityimage') || undefined,
              text: all || format === 'text' ? inertMarkdown(event.output) : '',
              facts:
                all || format === 'facts'
                  ? facts.map(({ name, value }) => ({ name, value: inertMarkdown(value) }))
                  : undefined,
            },
          ],
        }),
      };
    });
  },
});
