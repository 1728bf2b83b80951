import { parseLiteral } from '../lib/literal.ts';
import { defineOperator, onlyLiteral } from '../operator.ts';

export const operator = defineOperator({
  name: '<',
  doc: 'The number is smaller; texts compare byte by byte.',
  syntax: 'number',
  groups: ['number', 'string'],
  lists: null,
  modifiers: false,
  fields: true,
  test(literals, type) {
    const limit = parseLiteral(onlyLiteral(literals), type);
    return (value) => value < limit;
  },
  inline: (value, literals, type, constant) =>
    `(${value} < ${constant(parseLiteral(onlyLiteral(literals), type))})`,
  compare: (left, right) => left < right,
});
