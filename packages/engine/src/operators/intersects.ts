import { membershipTest, sameValue } from '../lib/equality.ts';
import { defineOperator } from '../operator.ts';

export const operator = defineOperator({
  name: 'intersects',
  doc: 'The value is one of the literals; of a list, some value is.',
  syntax: 'list',
  groups: ['number', 'bool', 'string', 'buffer', 'ip', 'net'],
  lists: 'some',
  modifiers: false,
  fields: true,
  test: membershipTest,
  compare: sameValue,
});
