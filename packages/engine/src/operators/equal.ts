import { equalityTest, inlineEquality, sameValue } from '../lib/equality.ts';
import { defineOperator, onlyLiteral } from '../operator.ts';

export const operator = defineOperator({
  name: '=',
  aliases: ['=='],
  doc: 'The value equals the literal; an address equals the networks that contain it.',
  syntax: 'text',
  groups: ['number', 'bool', 'string', 'buffer', 'ip', 'net'],
  lists: null,
  modifiers: true,
  fields: true,
  test: (literals, type) => equalityTest(onlyLiteral(literals), type),
  inline: (value, literals, type, constant) =>
    inlineEquality(value, '===', onlyLiteral(literals), type, constant),
  compare: sameValue,
});
