import { parseHex } from '../lib/literal.ts';
import { defineOperator, onlyLiteral } from '../operator.ts';

export const operator = defineOperator({
  name: 'bstartswith',
  doc: 'The value begins with the bytes that the literal gives in hexadecimal.',
  syntax: 'text',
  groups: ['buffer'],
  lists: null,
  modifiers: true,
  fields: true,
  test(literals) {
    const bytes = parseHex(onlyLiteral(literals));
    return (value) => typeof value === 'string' && value.startsWith(bytes);
  },
  inline: (value, literals, _type, constant) =>
    `${value}.startsWith(${constant(parseHex(onlyLiteral(literals)))})`,
  // Only literals are hexadecimal; the value of a field is bytes already.
  compare: (left, right) => String(left).startsWith(String(right)),
});
