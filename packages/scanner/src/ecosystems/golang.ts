import { asWritten, defineEcosystem } from '../ecosystem.ts';

export const ecosystem = defineEcosystem({
  id: 'golang',
  doc: 'Go modules.',
  bucket: 'go',
  applications: ['gomod', 'gobinary'],
  versions: 'generic',
  osv: 'Go',
  normalizeName: asWritten,
  seal: (name, version) =>
    name.startsWith('sealsecurity.io/')
      ? 'certain'
      : /-sp\d+(?:p\d+)?(?:\+incompatible)?$/.test(version)
        ? 'candidate'
        : null,
});
