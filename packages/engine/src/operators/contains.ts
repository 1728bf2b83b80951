import { parseLiteral } from '../lib/literal.ts';
import { defineOperator, onlyLiteral } from '../operator.ts';

export const operator = defineOperator({
  name: 'contains',
  doc: 'The literal stands somewhere in the value.',
  syntax: 'text',
  groups: ['string', 'buffer'],
  lists: null,
  modifiers: true,
  fields: true,
  test(literals, type) {
    const part = String(parseLiteral(onlyLiteral(literals), type));
    return (value) => typeof value === 'string' && value.includes(part);
  },
  inline: (value, literals, type, constant) =>
    `${value}.includes(${constant(parseLiteral(onlyLiteral(literals), type))})`,
  compare: (left, right) => String(left).includes(String(right)),
});
