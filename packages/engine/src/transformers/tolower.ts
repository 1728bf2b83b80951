import { asciiLower } from '../lib/ascii.ts';
import { mapTexts, sameShape } from '../lib/shapes.ts';
import { defineTransformer } from '../transformer.ts';

export const transformer = defineTransformer({
  name: 'tolower',
  doc: 'Makes ASCII letters lower case.',
  shape: (inputs) => sameShape('tolower', inputs, ['CHARBUF', 'FSPATH', 'FSRELPATH']),
  apply: ([value]) => mapTexts(value, asciiLower),
});
