import { defineOperator } from '../operator.ts';

export const operator = defineOperator({
  name: 'glob',

  doc: 'The whole value matches a pattern of `*`, `?` and `[…]`; `*` matches slashes too.',
  syntax: 'text',
  groups: ['string'],
  lists: null,
  modifiers: true,
  fields: true,
});
