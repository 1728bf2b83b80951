import { text, unsupported } from '../lib/shapes.ts';
import { defineTransformer } from '../transformer.ts';
import { valueGroup } from '../value.ts';

export const transformer = defineTransformer({
  name: 'len',
  doc: 'The length of a text or buffer in bytes, or the number of values in a list.',
  shape(inputs) {
    const [input] = inputs;
    if (input === undefined || inputs.length > 1) {
      return 'len() requires exactly 1 argument';
    }
    const measurable = input.list || ['string', 'buffer'].includes(valueGroup(input.type));
    return measurable ? { type: 'UINT64', list: false } : unsupported('len', input);
  },
  apply: ([value]) => (Array.isArray(value) ? value.length : text(value).length),
});
