import { equalityTest, inlineEquality, sameValue } from '../lib/equality.ts';
import { defineOperator, onlyLiteral } from '../operator.ts';

export const operator = defineOperator({
  name: '!=',
  doc: 'The value differs from the literal; false where there is no value.',
  syntax: 'text',
  groups: ['number', 'bool', 'string', 'buffer', 'ip', 'net'],
  lists: null,
  modifiers: true,
  fields: true,
  bothEnds: true,
  test(literals, type) {
    const equals = equalityTest(onlyLiteral(literals), type);
    return (value) => !equals(value);
  },
  inline: (value, literals, type, constant) =>
    inlineEquality(value, '!==', onlyLiteral(literals), type, constant),
  compare: (left, right) => !sameValue(left, right),
});
