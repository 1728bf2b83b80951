import { defineTransformer } from '../transformer.ts';

export const transformer = defineTransformer({
  name: 'toupper',
  doc: '',
  shape: () => 'not yet',
  apply: () => null,
});
