import { parseHex } from '../lib/literal.ts';
import { defineOperator, onlyLiteral } from '../operator.ts';

export const operator = defineOperator({
  name: 'bcontains',
  doc: 'The bytes that the literal gives in hexadecimal stand somewhere in the value.',
  syntax: 'text',
  groups: ['buffer'],
  lists: null,
  modifiers: true,
  fields: true,
  test(literals) {
    const bytes = parseHex(onlyLiteral(literals));
    return (value) => typeof value === 'string' && value.includes(bytes);
  },
  inline: (value, literals, _type, constant) =>
    `${value}.includes(${constant(parseHex(onlyLiteral(literals)))})`,
  // Only literals are hexadecimal; the value of a field is bytes already.
  compare: (left, right) => String(left).includes(String(right)),
});
