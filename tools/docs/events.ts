import { type EventInfo, eventTable, schemaVersion } from '@lanner/engine';
import { code, type Page, page, table } from './markdown.ts';

const firstNamedEvent = 2;
/** What rules can see; other events only tell the sensor about the system. */
const groups = ['SYSCALL', 'TRACEPOINT', 'PLUGIN', 'METAEVENT'];

/** Every current event type with its parameters. */
export function eventsPage(): Page {
  const current = eventTable.filter(
    ({ id, isOldVersion, isUnused }) => id >= firstNamedEvent && !isOldVersion && !isUnused,
  );
  return page(
    'events.md',
    'Event types',
    `What \`evt.type\` can be, with the parameters that \`evt.arg\` names. Event schema ${schemaVersion}. ` +
      '`>` is the beginning of a call (`evt.dir`), `<` its end.',
    groups.map((category) =>
      section(
        category,
        current.filter(({ categories }) => categories.includes(category)),
      ),
    ),
  );
}

function section(category: string, events: readonly EventInfo[]): string {
  const title = category.charAt(0) + category.slice(1).toLowerCase();
  const rows = events.map(({ name, isEnter, params }) => [
    code(isEnter ? '>' : '<'),
    code(name),
    params.map((param) => `${code(param.name)} ${param.type}`).join(', '),
  ]);
  return `## ${title}\n\n${table(['', 'Type', 'Parameters'], rows)}`;
}
