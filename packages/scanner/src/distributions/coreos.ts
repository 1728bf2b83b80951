import { defineDistribution } from '../distribution.ts';

export const distribution = defineDistribution({
  id: 'coreos',
  doc: 'CoreOS, for which there are no advisories.',
  families: ['coreos'],
  lifetime: () => null,
  detect: () => [],
});
