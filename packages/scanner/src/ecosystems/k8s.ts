import { defineEcosystem, lowerCase } from '../ecosystem.ts';

export const ecosystem = defineEcosystem({
  id: 'k8s',
  doc: 'Components of Kubernetes.',
  bucket: 'k8s',
  applications: ['kubernetes'],
  versions: 'generic',
  osv: 'Kubernetes',
  normalizeName: lowerCase,
});
