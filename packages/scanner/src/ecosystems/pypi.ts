import { defineEcosystem } from '../ecosystem.ts';

export const ecosystem = defineEcosystem({
  id: 'pypi',
  doc: 'Python packages.',
  bucket: 'pip',
  applications: ['pip', 'pipenv', 'poetry', 'uv', 'pylock', 'python-pkg'],
  versions: 'pep440',
  osv: 'PyPI',
  normalizeName: (name) => name.toLowerCase().replaceAll('_', '-'),
  seal: (name, version) => (name.startsWith('seal-') || /\+sp\d+(?:p\d+)?$/.test(version) ? 'certain' : null),
  sealConstraints: { localVersions: true },
});
