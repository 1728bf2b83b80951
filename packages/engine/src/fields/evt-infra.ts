import type { EventView } from '../event.ts';
import { eventId } from '../event-table.ts';
import { defineFields, type Field } from '../field.ts';

const infrastructureEvent = eventId('INFRASTRUCTURE_EVENT_E');
const descriptionIndex = 2;
const shortIdLength = 12;

export const fieldClass = defineFields({
  id: 'evt-infra',
  className: 'evt',
  doc: 'What old captures tell of Docker in events of their own.',
  sources: ['syscall'],
  fields: [
    dockerText('evt.infra.docker.name', 'What happened to the container.', 'Event', (value) => value),
    dockerText('evt.infra.docker.container.id', 'Short id of the container.', 'ID', (value) =>
      value.slice(0, shortIdLength),
    ),
    dockerText('evt.infra.docker.container.name', 'Name of the container.', 'name', (value) => value),
    dockerText('evt.infra.docker.container.image', 'Image of the container.', 'Image', imageName),
  ],
});

function dockerText(
  name: string,
  doc: string,
  key: string,
  shorten: (value: string, rest: string) => string,
): Field {
  return {
    name,
    type: 'CHARBUF',
    doc,
    hidden: true,
    extract(event) {
      const entry = entryOf(event, key);
      if (entry === undefined) {
        return null;
      }
      const [, value = ''] = entry.split(':');
      return shorten(value.trim(), entry.slice(entry.indexOf(':') + 1)).trim();
    },
  };
}

// The description is a list of `key:value` behind semicolons.
function entryOf(event: EventView, key: string): string | undefined {
  if (event.type !== infrastructureEvent || !event.has(descriptionIndex)) {
    return undefined;
  }
  return event
    .text(descriptionIndex)
    .split(';')
    .map((entry) => entry.trim())
    .find((entry) => entry.startsWith(key));
}

// Without its digest; an image that is named by nothing but its digest keeps that, colon and all.
function imageName(value: string, rest: string): string {
  if (value.includes('@')) {
    return value.slice(0, value.indexOf('@'));
  }
  return value.includes('sha256') ? rest : value;
}
