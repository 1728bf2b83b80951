import type { EventView } from '../event.ts';
import { eventId } from '../event-table.ts';
import { defineFields } from '../field.ts';
import { type User, unset } from '../state.ts';

const containerEvent = eventId('CONTAINER_JSON_2_E');
const asyncEvent = eventId('ASYNCEVENT_E');

/** What a name is that cannot be found: it is a value, unlike a field without one. */
const unknownName = '<NA>';

export const fieldClass = defineFields({
  id: 'user',
  doc: 'The user that the process runs as.',
  sources: ['syscall'],
  fields: [
    {
      name: 'user.uid',
      type: 'UINT32',
      format: 'ID',
      doc: 'User id.',
      extract: ({ thread }) => (thread === null ? null : thread.uid),
    },
    {
      name: 'user.name',
      type: 'CHARBUF',
      doc: 'User name; `<NA>` when it is not known.',
      extract: (event) =>
        event.thread === null
          ? null
          : (containerUser(event) ?? nameOf(lookUp(event, event.thread.uid), event.thread.uid)),
    },
    {
      name: 'user.homedir',
      type: 'CHARBUF',
      doc: 'Home directory of the user; `<NA>` when it is not known.',
      extract(event) {
        const { thread } = event;
        if (thread === null) {
          return null;
        }
        return lookUp(event, thread.uid)?.home ?? (thread.uid === 0 ? '/root' : unknownName);
      },
    },
    {
      name: 'user.shell',
      type: 'CHARBUF',
      doc: 'Login shell of the user; `<NA>` when it is not known.',
      extract: (event) =>
        event.thread === null ? null : (lookUp(event, event.thread.uid)?.shell ?? unknownName),
    },
    {
      name: 'user.loginuid',
      type: 'INT64',
      format: 'ID',
      doc: 'Id of the user who logged in; it stays when the process changes its user, -1 when nobody did.',
      extract: ({ thread }) => (thread === null ? null : thread.loginuid === unset.id ? -1 : thread.loginuid),
    },
    {
      name: 'user.loginname',
      type: 'CHARBUF',
      doc: 'Name of the user who logged in; `<NA>` when it is not known.',
      extract: (event) =>
        event.thread === null ? null : nameOf(lookUp(event, event.thread.loginuid), event.thread.loginuid),
    },
  ],
});

function lookUp({ thread, state }: EventView, uid: number): User | null {
  return state.user(thread?.containerId ?? '', uid);
}

function nameOf(user: User | null, uid: number): string {
  return user?.name ?? (uid === 0 ? 'root' : unknownName);
}

// A container event is about the user that the container was told to run as.
function containerUser(event: EventView): string | null {
  const announces =
    event.type === containerEvent || (event.type === asyncEvent && event.text(1) === 'container');
  const id = event.thread?.containerId ?? '';
  return announces && id !== '' ? event.state.container(id)?.user || null : null;
}
