import { defineOperator } from '../operator.ts';

export const operator = defineOperator({
  name: 'contains',

  doc: 'The literal stands somewhere in the value.',
  syntax: 'text',
  groups: ['string', 'buffer'],
  lists: null,
  modifiers: true,
  fields: true,
});
