import { listOf, text } from '../lib/shapes.ts';
import { defineTransformer } from '../transformer.ts';

export const transformer = defineTransformer({
  name: 'join',
  doc: 'Joins the values of a list (second input) with a separator (first input).',
  shape(inputs) {
    const [separator, list] = inputs;
    if (separator === undefined || list === undefined || inputs.length > 2) {
      return 'join() requires exactly 2 arguments: separator and list';
    }
    if (separator.list) {
      return 'join() first argument (separator) must be a single value, not a list';
    }
    return list.list ? { type: 'CHARBUF', list: false } : 'join() second argument must be a list';
  },
  apply: ([separator, list]) => listOf(list).join(text(separator)),
});
