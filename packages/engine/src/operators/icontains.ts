import { asciiLower } from '../lib/ascii.ts';
import { parseLiteral } from '../lib/literal.ts';
import { defineOperator, onlyLiteral } from '../operator.ts';

export const operator = defineOperator({
  name: 'icontains',
  doc: 'The literal stands somewhere in the value; ASCII letters match in either case.',
  syntax: 'text',
  groups: ['string'],
  lists: null,
  modifiers: true,
  fields: true,
  test(literals, type) {
    const part = asciiLower(String(parseLiteral(onlyLiteral(literals), type)));
    return (value) => typeof value === 'string' && asciiLower(value).includes(part);
  },
  compare: (left, right) => asciiLower(String(left)).includes(asciiLower(String(right))),
});
