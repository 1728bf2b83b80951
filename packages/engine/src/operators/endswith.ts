import { parseLiteral } from '../lib/literal.ts';
import { defineOperator, onlyLiteral } from '../operator.ts';

export const operator = defineOperator({
  name: 'endswith',
  doc: 'The value ends with the literal.',
  syntax: 'text',
  groups: ['string', 'buffer'],
  lists: null,
  modifiers: true,
  fields: true,
  test(literals, type) {
    const part = String(parseLiteral(onlyLiteral(literals), type));
    return (value) => typeof value === 'string' && value.endsWith(part);
  },
  inline: (value, literals, type, constant) =>
    `${value}.endsWith(${constant(parseLiteral(onlyLiteral(literals), type))})`,
  compare: (left, right) => String(left).endsWith(String(right)),
});
