import { defineEcosystem } from '../ecosystem.ts';

export const ecosystem = defineEcosystem({
  id: 'swift',
  doc: 'Swift packages, named by their repository.',
  bucket: 'swift',
  applications: ['swift'],
  versions: 'generic',
  osv: 'SwiftURL',
  normalizeName: (name) => name.replace(/^https:\/\//, '').replace(/\.git$/, ''),
});
