import { asWritten, defineEcosystem } from '../ecosystem.ts';

export const ecosystem = defineEcosystem({
  id: 'cocoapods',
  doc: 'CocoaPods.',
  bucket: 'cocoapods',
  applications: ['cocoapods'],
  versions: 'gem',
  normalizeName: asWritten,
});
