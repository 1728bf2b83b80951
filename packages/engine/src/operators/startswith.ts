import { parseLiteral } from '../lib/literal.ts';
import { defineOperator, onlyLiteral } from '../operator.ts';

export const operator = defineOperator({
  name: 'startswith',
  doc: 'The value begins with the literal.',
  syntax: 'text',
  groups: ['string', 'buffer'],
  lists: null,
  modifiers: true,
  fields: true,
  test(literals, type) {
    const part = String(parseLiteral(onlyLiteral(literals), type));
    return (value) => typeof value === 'string' && value.startsWith(part);
  },
  inline: (value, literals, type, constant) =>
    `${value}.startsWith(${constant(parseLiteral(onlyLiteral(literals), type))})`,
  compare: (left, right) => String(left).startsWith(String(right)),
});
