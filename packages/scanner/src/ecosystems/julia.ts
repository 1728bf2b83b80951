import { asWritten, defineEcosystem } from '../ecosystem.ts';

export const ecosystem = defineEcosystem({
  id: 'julia',
  doc: 'Julia packages.',
  bucket: 'julia',
  applications: ['julia'],
  versions: 'generic',
  osv: 'Julia',
  normalizeName: asWritten,
});
