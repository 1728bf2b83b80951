import { defineOperator } from '../operator.ts';

export const operator = defineOperator({
  name: 'bcontains',

  doc: 'The bytes that the literal gives in hexadecimal stand somewhere in the value.',
  syntax: 'text',
  groups: ['buffer'],
  lists: null,
  modifiers: true,
  fields: true,
});
