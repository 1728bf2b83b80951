import { defineTransformer } from '../transformer.ts';

export const transformer = defineTransformer({
  name: 'tolower',
  doc: '',
  shape: () => 'not yet',
  apply: () => null,
});
