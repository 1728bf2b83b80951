import { defineEcosystem, lowerCase } from '../ecosystem.ts';

export const ecosystem = defineEcosystem({
  id: 'cargo',
  doc: 'Rust crates.',
  bucket: 'cargo',
  applications: ['cargo', 'rustbinary'],
  versions: 'generic',
  osv: 'crates.io',
  normalizeName: lowerCase,
});
