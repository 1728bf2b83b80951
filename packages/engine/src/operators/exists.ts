import { defineOperator } from '../operator.ts';

export const operator = defineOperator({
  name: 'exists',
  doc: 'The event has a value for the field.',
  syntax: 'unary',
  groups: ['number', 'bool', 'string', 'buffer', 'ip', 'net'],
  lists: 'some',
  modifiers: false,
  fields: false,
});
