import { defineOperator } from '../operator.ts';

export const operator = defineOperator({
  name: '!=',

  doc: 'The value differs from the literal; false where there is no value.',
  syntax: 'text',
  groups: ['number', 'bool', 'string', 'buffer', 'ip', 'net'],
  lists: null,
  modifiers: true,
  fields: true,
});
