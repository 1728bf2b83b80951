import { defineEcosystem, lowerCase } from '../ecosystem.ts';

export const ecosystem = defineEcosystem({
  id: 'hex',
  doc: 'Erlang and Elixir packages.',
  bucket: 'erlang',
  applications: ['hex'],
  versions: 'generic',
  osv: 'Hex',
  normalizeName: lowerCase,
});
