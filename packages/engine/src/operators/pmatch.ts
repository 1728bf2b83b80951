import { defineOperator } from '../operator.ts';

export const operator = defineOperator({
  name: 'pmatch',

  doc: 'One of the literals is a path that contains the value or equals it; its parts may be patterns.',
  syntax: 'list',
  groups: ['string'],
  lists: null,
  modifiers: false,
  fields: false,
});
