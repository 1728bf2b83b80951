import type { FalcoEvent, PriorityName } from '@lanner/api';
import { defineDestination } from '../destination.ts';
import { chatFields, type ChatField, defaultIcon } from '../lib/chat.ts';
import { openHttpClient, readUrl, requestEach } from '../lib/http-client.ts';
import { inCodeBlock } from '../lib/markdown.ts';
import { cutText } from '../lib/text.ts';

export const destination = defineDestination({
  id: 'discord',
  title: 'Discord',
  doc: 'One message an alert through a webhook; what exceeds the limits of Discord is cut or goes into further embeds.',
  sidekick: { section: 'discord', enabledBy: ['webhookurl'], metricName: 'discord', audience: 'people' },
  async open(settings, effects) {
    const url = readUrl('discord.webhookurl', settings.text('webhookurl'));
    const client = await openHttpClient(settings, effects);
    return requestEach(client, (event) => ({
      url,
      body: JSON.stringify({
        content: '',
        avatar_url: settings.text('icon') || defaultIcon,
        embeds: embeds(event),
      }),
    }));
  },
});

/** Decimal texts, as falcosidekick sends them. */
const colors: Readonly<Record<PriorityName, string>> = {
  Emergency: '15158332',
  Alert: '11027200',
  Critical: '15105570',
  Error: '15844367',
  Warning: '12745742',
  Notice: '3066993',
  Informational: '3447003',
  Debug: '12370112',
};

/** What Discord allows: of a message, all texts of its embeds together; of an embed; of a field. Lengths in UTF-16 units. */
const limits = { embeds: 10, total: 6000, description: 4096, fields: 25, name: 256, value: 1024 } as const;

interface Embed {
  readonly title: string;
  readonly url: string;
  readonly description: string;
  readonly color: string;
  readonly fields: (ChatField & { readonly inline: true })[];
}

function embeds(event: FalcoEvent): Embed[] {
  const description = cutText(event.output, limits.description);
  const made: Embed[] = [embed(event, description)];
  let room = limits.total - description.length;
  for (const { name, value } of fieldsInOrder(event)) {
    room -= name.length + value.length;
    const last = made.at(-1);
    if (room < 0 || last === undefined) {
      break;
    }
    if (last.fields.length < limits.fields) {
      last.fields.push({ name, value, inline: true });
    } else if (made.length < limits.embeds) {
      made.push({ ...embed(event, ''), fields: [{ name, value, inline: true }] });
    }
  }
  return made;
}

function embed(event: FalcoEvent, description: string): Embed {
  return { title: '', url: '', description, color: colors[event.priority], fields: [] };
}

function fieldsInOrder(event: FalcoEvent): ChatField[] {
  const { rule, priority, source, hostname, fields, tags, time } = chatFields(event);
  const blocks = fields.map(({ name, value }) => ({ name, value: inCodeBlock(value, limits.value) }));
  return [rule, priority, source, ...hostname, ...blocks, ...tags, time].map(({ name, value }) => ({
    // Discord refuses empty texts.
    name: cutText(name, limits.name) || '-',
    value: cutText(value, limits.value) || '-',
  }));
}
