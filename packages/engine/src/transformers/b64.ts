import { decodeBase64 } from '../lib/base64.ts';
import { mapTexts, sameShape } from '../lib/shapes.ts';
import { defineTransformer } from '../transformer.ts';

export const transformer = defineTransformer({
  name: 'b64',
  doc: 'Decodes base64, with or without padding; text that is not base64 gives no value.',
  shape: (inputs) => sameShape('b64', inputs, ['CHARBUF', 'BYTEBUF']),
  apply: ([value]) => mapTexts(value, decodeBase64),
});
