import { mapTexts, sameShape } from '../lib/shapes.ts';
import { defineTransformer } from '../transformer.ts';

export const transformer = defineTransformer({
  name: 'basename',
  doc: 'The text behind the last slash; the whole text when there is none.',
  shape: (inputs) => sameShape('basename', inputs, ['CHARBUF', 'FSPATH', 'FSRELPATH']),
  apply: ([value]) => mapTexts(value, (text) => text.slice(text.lastIndexOf('/') + 1)),
});
