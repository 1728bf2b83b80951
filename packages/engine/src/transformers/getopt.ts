import { defineTransformer } from '../transformer.ts';

export const transformer = defineTransformer({
  name: 'getopt',
  doc: '',
  shape: () => 'not yet',
  apply: () => null,
});
