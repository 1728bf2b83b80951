import { parseLiteral } from '../lib/literal.ts';
import { compileRegex } from '../lib/regex.ts';
import { defineOperator, onlyLiteral } from '../operator.ts';

export const operator = defineOperator({
  name: 'regex',
  doc: 'The whole value matches a regular expression (RE2, POSIX syntax).',
  syntax: 'text',
  groups: ['string'],
  lists: null,
  modifiers: true,
  fields: false,
  test(literals, type) {
    const matches = compileRegex(String(parseLiteral(onlyLiteral(literals), type)));
    return (value) => typeof value === 'string' && matches(value);
  },
});
