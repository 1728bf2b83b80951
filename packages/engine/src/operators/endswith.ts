import { defineOperator } from '../operator.ts';

export const operator = defineOperator({
  name: 'endswith',

  doc: 'The value ends with the literal.',
  syntax: 'text',
  groups: ['string', 'buffer'],
  lists: null,
  modifiers: true,
  fields: true,
});
