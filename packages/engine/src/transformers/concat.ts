import { text } from '../lib/shapes.ts';
import { defineTransformer } from '../transformer.ts';

export const transformer = defineTransformer({
  name: 'concat',
  doc: 'Puts texts together, two or more; no value when one of them has none.',
  shape(inputs) {
    if (inputs.length < 2) {
      return 'concat() requires at least 2 arguments';
    }
    const fits = inputs.every(({ type, list }) => type === 'CHARBUF' && !list);
    return fits ? { type: 'CHARBUF', list: false } : 'concat() arguments must be strings';
  },
  apply: (inputs) => inputs.map(text).join(''),
});
