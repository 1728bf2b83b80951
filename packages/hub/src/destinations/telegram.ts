import type { FalcoEvent } from '@lanner/api';
import { defineDestination } from '../destination.ts';
import { fieldsOf } from '../lib/events.ts';
import { GoTime } from '../lib/go-time.ts';
import { openHttpClient, readUrl, requestEach } from '../lib/http-client.ts';
import { escapeMarkdownV2 } from '../lib/markdown.ts';
import { cutText } from '../lib/text.ts';
import { printed } from '../lib/printed.ts';

/** Of a message, in UTF-16 units; Telegram counts after it has read the markup, so this is on the safe side. */
const longestMessage = 4096;
const longestValue = 512;
const longestOutput = 1024;

export const destination = defineDestination({
  id: 'telegram',
  title: 'Telegram',
  doc: 'One message an alert to a chat through a bot.',
  sidekick: {
    section: 'telegram',
    enabledBy: ['chatid', 'token'],
    metricName: 'telegram',
    audience: 'people',
  },
  async open(settings, effects) {
    const token = settings.text('token');
    const host = settings.text('host') || 'https://api.telegram.org';
    const url = readUrl('telegram.host', `${host}/bot${token}/sendMessage`);
    const client = await openHttpClient(settings, effects, { secrets: [token], mutualTls: false });
    const threadId = settings.text('messagethreadid');
    return requestEach(client, (event) => ({
      url,
      body: JSON.stringify({
        text: messageOf(event),
        parse_mode: 'MarkdownV2',
        disable_web_page_preview: true,
        chat_id: settings.text('chatid'),
        message_thread_id: threadId || undefined,
      }),
    }));
  },
});

/** Fields that do not fit are left out from the end. */
function messageOf(event: FalcoEvent): string {
  const fields = fieldsOf(event.output_fields).map(
    ([name, value]) =>
      `\t  • *${escapeMarkdownV2(name)}*: ${escapeMarkdownV2(cutText(printed(value), longestValue))}`,
  );
  for (let count = fields.length; count > 0; count--) {
    const text = withFields(event, fields.slice(0, count));
    if (text.length <= longestMessage) {
      return text;
    }
  }
  return withFields(event, []);
}

function withFields(event: FalcoEvent, fields: readonly string[]): string {
  const { rule, priority, source, hostname = '', tags = [], time, output } = event;
  const tagList = tags.map((tag) => `${escapeMarkdownV2(tag)} `).join('');
  return [
    `*\\[Falco\\] \\[${priority}\\] ${escapeMarkdownV2(cutText(rule, longestValue))}*`,
    '',
    `• *Time*: ${escapeMarkdownV2(new GoTime(time).String())}`,
    `• *Source*: ${escapeMarkdownV2(cutText(source, longestValue))}`,
    `• *Hostname*: ${escapeMarkdownV2(cutText(hostname, longestValue))}`,
    `• *Tags*: ${tagList.length > longestValue ? '' : tagList}`,
    '• *Fields*:',
    ...fields,
    '',
    '',
    `**Output**: ${escapeMarkdownV2(cutText(output, longestOutput))}`,
    '',
  ].join('\n');
}
