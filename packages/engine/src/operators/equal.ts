import { defineOperator } from '../operator.ts';

export const operator = defineOperator({
  name: '=',
  aliases: ['=='],
  doc: 'The value equals the literal.',
  syntax: 'text',
  groups: ['number', 'bool', 'string', 'buffer', 'ip', 'net'],
  lists: null,
  modifiers: true,
  fields: true,
});
