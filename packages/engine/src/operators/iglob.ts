import { compileGlob } from '../lib/glob.ts';
import { parseLiteral } from '../lib/literal.ts';
import { defineOperator, onlyLiteral } from '../operator.ts';

export const operator = defineOperator({
  name: 'iglob',
  doc: 'Like glob; ASCII letters match in either case.',
  syntax: 'text',
  groups: ['string'],
  lists: null,
  modifiers: true,
  fields: true,
  test(literals, type) {
    const matches = compileGlob(String(parseLiteral(onlyLiteral(literals), type)), true);
    return (value) => typeof value === 'string' && matches(value);
  },
  compare: (left, right) => compileGlob(String(right), true)(String(left)),
});
