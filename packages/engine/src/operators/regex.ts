import { defineOperator } from '../operator.ts';

export const operator = defineOperator({
  name: 'regex',

  doc: 'The whole value matches a regular expression (RE2, POSIX syntax).',
  syntax: 'text',
  groups: ['string'],
  lists: null,
  modifiers: true,
  fields: false,
});
