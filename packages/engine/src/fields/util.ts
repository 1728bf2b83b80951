import { defineFields } from '../field.ts';

let count = 0;

export const fieldClass = defineFields({
  id: 'util',
  doc: 'Help for those who write outputs.',
  sources: ['syscall'],
  fields: [
    {
      name: 'util.cnt',
      type: 'UINT64',
      format: 'ID',
      doc: 'One more each time that it is read.',
      hidden: true,
      extract() {
        count++;
        return count;
      },
    },
  ],
});
