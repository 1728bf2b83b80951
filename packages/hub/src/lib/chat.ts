import type { FalcoEvent, PriorityName } from '@lanner/api';
import { textFields } from './events.ts';
import { GoTime } from './go-time.ts';

/** Pictures that stand where the settings name none. */
export const defaultIcon =
  'https://raw.githubusercontent.com/falcosecurity/falcosidekick/master/imgs/falcosidekick.png';
export const defaultFooter = 'https://github.com/falcosecurity/falcosidekick';

export interface ChatField {
  readonly name: string;
  readonly value: string;
}

/** What a message can show besides the output; each messenger has its own order. */
export interface ChatFields {
  readonly rule: ChatField;
  readonly priority: ChatField;
  readonly source: ChatField;
  /** One or none. */
  readonly hostname: readonly ChatField[];
  /** One or none. */
  readonly tags: readonly ChatField[];
  /** Output fields whose values are texts. */
  readonly fields: readonly ChatField[];
  readonly time: ChatField;
}

/** The parts of an event under falcosidekick's titles. */
export function chatFields(event: FalcoEvent): ChatFields {
  const { rule, priority, source, hostname = '', tags = [], time } = event;
  return {
    rule: { name: 'rule', value: rule },
    priority: { name: 'priority', value: priority },
    source: { name: 'source', value: source },
    hostname: hostname === '' ? [] : [{ name: 'hostname', value: hostname }],
    tags: tags.length === 0 ? [] : [{ name: 'tags', value: [...tags].sort().join(', ') }],
    fields: textFields(event).map(([name, value]) => ({ name, value })),
    time: { name: 'time', value: new GoTime(time).String() },
  };
}

/** Slack's and Mattermost's colours. */
const attachmentColors: Readonly<Record<PriorityName, string>> = {
  Emergency: '#e20b0b',
  Alert: '#ff5400',
  Critical: '#ff5400',
  Error: '#e20b0b',
  Warning: '#ffc700',
  Notice: '#5bffb5',
  Informational: '#68c2ff',
  Debug: '#ccfff2',
};

/** The colours of cards and mails, without the sign before. */
export const cardColors: Readonly<Record<PriorityName, string>> = {
  Emergency: 'e20b0b',
  Alert: 'ff5400',
  Critical: 'ff9000',
  Error: 'ffc700',
  Warning: 'ffff00',
  Notice: '5bffb5',
  Informational: '68c2ff',
  Debug: 'ccfff2',
};

/** Values below this length stand beside one another. */
const shortValue = 36;

interface AttachmentInput {
  readonly event: FalcoEvent;
  /** `all`, `text` or `fields`; empty is `all`. */
  readonly outputFormat: string;
  readonly footer: string;
  readonly escape: (text: string) => string;
  readonly order: (fields: ChatFields) => readonly ChatField[];
}

/** An attachment as Slack introduced it and others took it over. */
export function attachment({
  event,
  outputFormat,
  footer,
  escape,
  order,
}: AttachmentInput): Record<string, unknown> {
  const all = outputFormat !== 'text' && outputFormat !== 'fields';
  const withFields = all || outputFormat === 'fields';
  const parts = chatFields(event);
  return {
    fallback: escape(event.output),
    color: attachmentColors[event.priority],
    ...((all || outputFormat === 'text') && event.output !== '' ? { text: escape(event.output) } : {}),
    fields: withFields
      ? order(parts).map((field) => ({
          title: field.name,
          value: escape(field.value),
          short:
            field !== parts.time &&
            (!parts.fields.includes(field) || Array.from(field.value).length < shortValue),
        }))
      : null,
    ...(withFields ? { footer: footer || defaultFooter } : {}),
  };
}
