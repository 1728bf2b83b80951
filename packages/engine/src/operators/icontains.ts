import { defineOperator } from '../operator.ts';

export const operator = defineOperator({
  name: 'icontains',

  doc: 'The literal stands somewhere in the value; ASCII letters match in either case.',
  syntax: 'text',
  groups: ['string'],
  lists: null,
  modifiers: true,
  fields: true,
});
