import { defineTransformer } from '../transformer.ts';

export const transformer = defineTransformer({
  name: 'concat',
  doc: '',
  shape: () => 'not yet',
  apply: () => null,
});
