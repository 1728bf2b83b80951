import { defineOperator } from '../operator.ts';

export const operator = defineOperator({
  name: 'bstartswith',

  doc: 'The value begins with the bytes that the literal gives in hexadecimal.',
  syntax: 'text',
  groups: ['buffer'],
  lists: null,
  modifiers: true,
  fields: true,
});
