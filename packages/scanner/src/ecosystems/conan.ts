import { defineEcosystem, lowerCase } from '../ecosystem.ts';

export const ecosystem = defineEcosystem({
  id: 'conan',
  doc: 'C and C++ packages of Conan.',
  bucket: 'conan',
  applications: ['conan'],
  versions: 'generic',
  osv: 'ConanCenter',
  normalizeName: lowerCase,
});
