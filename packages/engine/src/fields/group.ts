import { defineFields } from '../field.ts';

export const fieldClass = defineFields({
  id: 'group',
  doc: 'The group that the process runs as.',
  sources: ['syscall'],
  fields: [
    {
      name: 'group.gid',
      type: 'UINT32',
      format: 'ID',
      doc: 'Group id.',
      extract: ({ thread }) => (thread === null ? null : thread.gid),
    },
    {
      name: 'group.name',
      type: 'CHARBUF',
      doc: 'Group name; `<NA>` when it is not known.',
      extract({ thread, state }) {
        if (thread === null) {
          return null;
        }
        return state.group(thread.containerId, thread.gid)?.name ?? (thread.gid === 0 ? 'root' : '<NA>');
      },
    },
  ],
});
