import { defineEcosystem, lowerCase } from '../ecosystem.ts';

export const ecosystem = defineEcosystem({
  id: 'nuget',
  doc: '.NET packages.',
  bucket: 'nuget',
  applications: ['nuget', 'dotnet-core', 'packages-props'],
  versions: 'generic',
  osv: 'NuGet',
  normalizeName: lowerCase,
});
