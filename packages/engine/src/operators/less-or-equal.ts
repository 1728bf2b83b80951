import { defineOperator } from '../operator.ts';

export const operator = defineOperator({
  name: '<=',

  doc: 'The number is smaller or equal; texts compare byte by byte.',
  syntax: 'number',
  groups: ['number', 'string'],
  lists: null,
  modifiers: false,
  fields: true,
});
