import { type EventInfo, flagTables, type ParamInfo, schemaVersion } from '@lanner/engine';
import type { ListFormat } from './fields.ts';

/** Groups of event types as Falco lists them. */
const groups: readonly { readonly title: string; readonly category: string }[] = [
  { title: 'Syscall events', category: 'SYSCALL' },
  { title: 'Tracepoint events', category: 'TRACEPOINT' },
  { title: 'Plugin events', category: 'PLUGIN' },
  { title: 'Metaevents', category: 'METAEVENT' },
];

/** The event types that rules can name, as text, markdown or JSON. */
export function listEvents(table: readonly EventInfo[], format: ListFormat): string {
  const current = table.filter((info) => !info.isOldVersion && !info.isUnused && info.id > 1);
  const grouped = groups.map(({ title, category }) => ({
    title,
    events: current.filter((info) => info.categories.includes(category)),
  }));
  if (format === 'json') {
    const entries = grouped.map(({ title, events }) => [title, events.map(eventJson)] as const);
    return `${JSON.stringify({ ...Object.fromEntries(entries), schema_version: schemaVersion }, null, 2)}\n`;
  }
  const head = `The events below are valid for the event schema ${schemaVersion}\n`;
  return head + grouped.map(({ title, events }) => section(title, events, format)).join('\n');
}

/** Event types that are left out unless a rule or `base_syscalls.all` asks for them. */
export function listIgnored(names: readonly string[]): string {
  return `Ignored syscall(s):\n${names.map((name) => `- ${name}\n`).join('')}`;
}

function section(title: string, events: readonly EventInfo[], format: 'text' | 'markdown'): string {
  if (format === 'text') {
    return `## ${title}\n\n${events.map((info) => `${direction(info)} ${info.name}(${params(info, '')})\n`).join('')}`;
  }
  const rows = events.map(
    (info) => `Yes | \`${direction(info)}\` | \`${info.name}\` | ${params(info, '*')}\n`,
  );
  return `## ${title}\n\nDefault | Dir | Name | Params \n:-------|:----|:-----|:-----\n${rows.join('')}`;
}

function direction({ isEnter }: EventInfo): string {
  return isEnter ? '>' : '<';
}

function params({ params: list }: EventInfo, quote: string): string {
  return list
    .map((param) => {
      const names = flagNames(param);
      return `${param.type} **${param.name}**${names.length === 0 ? '' : `: ${names.map((name) => quote + name + quote).join(', ')}`}`;
    })
    .join(', ');
}

function flagNames({ flags }: ParamInfo): string[] {
  return flags === undefined ? [] : (flagTables[flags] ?? []).map(([name]) => name);
}

function eventJson(info: EventInfo): unknown {
  return {
    available: true,
    dir: direction(info),
    name: info.name,
    params: info.params.map((param) => {
      const names = flagNames(param);
      return { name: param.name, type: param.type, ...(names.length === 0 ? {} : { flags: names }) };
    }),
  };
}
