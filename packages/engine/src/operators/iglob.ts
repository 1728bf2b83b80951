import { defineOperator } from '../operator.ts';

export const operator = defineOperator({
  name: 'iglob',

  doc: 'Like glob; ASCII letters match in either case.',
  syntax: 'text',
  groups: ['string'],
  lists: null,
  modifiers: true,
  fields: true,
});
