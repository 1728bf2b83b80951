import { parseLiteral } from '../lib/literal.ts';
import { compilePaths } from '../lib/pmatch.ts';
import { defineOperator } from '../operator.ts';

export const operator = defineOperator({
  name: 'pmatch',
  doc: 'One of the literals is a path that contains the value or equals it; components of the path may be globs.',
  syntax: 'list',
  groups: ['string'],
  lists: null,
  modifiers: false,
  fields: false,
  test(literals, type) {
    const matches = compilePaths(literals.map((literal) => String(parseLiteral(literal, type))));
    return (value) => typeof value === 'string' && matches(value);
  },
});
