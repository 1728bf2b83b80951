import { defineEcosystem, lowerCase } from '../ecosystem.ts';

export const ecosystem = defineEcosystem({
  id: 'maven',
  doc: 'Java and other packages of Maven repositories.',
  bucket: 'maven',
  applications: ['jar', 'pom', 'gradle', 'sbt'],
  versions: 'maven',
  osv: 'Maven',
  normalizeName: lowerCase,
  // The names and versions that Seal Security gives to what it builds.
  seal: (name, version) =>
    /^seal\.sp[0-9]/.test(name) || /\+sp\d+(?:p\d+)?$/.test(version) ? 'certain' : null,
});
