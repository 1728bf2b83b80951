import { defineTransformer } from '../transformer.ts';

export const transformer = defineTransformer({
  name: 'basename',
  doc: '',
  shape: () => 'not yet',
  apply: () => null,
});
