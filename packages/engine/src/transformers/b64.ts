import { defineTransformer } from '../transformer.ts';

export const transformer = defineTransformer({
  name: 'b64',
  doc: '',
  shape: () => 'not yet',
  apply: () => null,
});
