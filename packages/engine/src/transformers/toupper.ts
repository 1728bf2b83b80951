import { asciiUpper } from '../lib/ascii.ts';
import { mapTexts, sameShape } from '../lib/shapes.ts';
import { defineTransformer } from '../transformer.ts';

export const transformer = defineTransformer({
  name: 'toupper',
  doc: 'Makes ASCII letters upper case.',
  shape: (inputs) => sameShape('toupper', inputs, ['CHARBUF', 'FSPATH', 'FSRELPATH']),
  apply: ([value]) => mapTexts(value, asciiUpper),
});
