import { defineEcosystem, lowerCase } from '../ecosystem.ts';

export const ecosystem = defineEcosystem({
  id: 'pub',
  doc: 'Dart packages.',
  bucket: 'pub',
  applications: ['pub'],
  versions: 'generic',
  osv: 'Pub',
  normalizeName: lowerCase,
});
