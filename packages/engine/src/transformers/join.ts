import { defineTransformer } from '../transformer.ts';

export const transformer = defineTransformer({
  name: 'join',
  doc: '',
  shape: () => 'not yet',
  apply: () => null,
});
