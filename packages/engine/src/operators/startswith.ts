import { defineOperator } from '../operator.ts';

export const operator = defineOperator({
  name: 'startswith',

  doc: 'The value begins with the literal.',
  syntax: 'text',
  groups: ['string', 'buffer'],
  lists: null,
  modifiers: true,
  fields: true,
});
