import { defineEcosystem, lowerCase } from '../ecosystem.ts';

export const ecosystem = defineEcosystem({
  id: 'npm',
  doc: 'JavaScript packages.',
  bucket: 'npm',
  applications: ['npm', 'yarn', 'pnpm', 'bun', 'node-pkg', 'javascript'],
  versions: 'npm',
  osv: 'npm',
  normalizeName: lowerCase,
  seal: (name, version) =>
    name.startsWith('@seal-security/') ? 'certain' : /-sp\d+(?:p\d+)?$/.test(version) ? 'candidate' : null,
});
