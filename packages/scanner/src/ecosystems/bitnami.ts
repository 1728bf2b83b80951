import { defineEcosystem, lowerCase } from '../ecosystem.ts';

export const ecosystem = defineEcosystem({
  id: 'bitnami',
  doc: 'Packages that Bitnami builds into its images.',
  bucket: 'bitnami',
  applications: ['bitnami'],
  versions: 'bitnami',
  osv: 'Bitnami',
  normalizeName: lowerCase,
});
