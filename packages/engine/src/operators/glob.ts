import { compileGlob } from '../lib/glob.ts';
import { parseLiteral } from '../lib/literal.ts';
import { defineOperator, onlyLiteral } from '../operator.ts';

export const operator = defineOperator({
  name: 'glob',
  doc: 'The whole value matches a pattern of `*`, `?` and `[…]`; `*` matches slashes too.',
  syntax: 'text',
  groups: ['string'],
  lists: null,
  modifiers: true,
  fields: true,
  test(literals, type) {
    const matches = compileGlob(String(parseLiteral(onlyLiteral(literals), type)), false);
    return (value) => typeof value === 'string' && matches(value);
  },
  compare: (left, right) => compileGlob(String(right), false)(String(left)),
});
