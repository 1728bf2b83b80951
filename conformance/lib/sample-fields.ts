import { defineFields, eventId, type EventView, type FieldValue } from '../../packages/engine/src/index.ts';

const open = eventId('SYSCALL_OPEN_X');
const served = new Set([open, eventId('SYSCALL_INOTIFY_INIT1_X'), eventId('SYSCALL_GETCWD_X')]);

/** Fields of the plugin that Falco's own tests register: they exercise the language on fields of plugins. */
export const sampleFields = defineFields({
  id: 'sample',
  doc: 'A sample plugin.',
  sources: ['syscall'],
  fields: [
    {
      name: 'sample.is_open',
      type: 'UINT64',
      format: 'DEC',
      doc: '1 for an open call.',
      extract: onServed(({ type }) => (type === open ? 1 : 0)),
    },
    {
      name: 'sample.proc_name',
      type: 'CHARBUF',
      doc: 'Name of the process.',
      extract: onServed(({ thread }) => thread?.comm ?? null),
    },
    { name: 'sample.open_count', type: 'UINT64', format: 'DEC', doc: 'Never set.', extract: () => null },
    { name: 'sample.evt_count', type: 'UINT64', format: 'DEC', doc: 'Never set.', extract: () => null },
    { name: 'sample.tick', type: 'CHARBUF', doc: 'Always false.', extract: onServed(() => 'false') },
  ],
});

// A plugin only sees the event types that it asked for.
function onServed(extract: (event: EventView) => FieldValue): (event: EventView) => FieldValue {
  return (event) => (served.has(event.type) ? extract(event) : null);
}
