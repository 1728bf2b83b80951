import { defineEcosystem, lowerCase } from '../ecosystem.ts';

export const ecosystem = defineEcosystem({
  id: 'composer',
  doc: 'PHP packages.',
  bucket: 'composer',
  applications: ['composer', 'composer-vendor'],
  versions: 'generic',
  osv: 'Packagist',
  normalizeName: lowerCase,
});
