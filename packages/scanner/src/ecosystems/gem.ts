import { defineEcosystem, lowerCase } from '../ecosystem.ts';

export const ecosystem = defineEcosystem({
  id: 'gem',
  doc: 'Ruby gems.',
  bucket: 'rubygems',
  applications: ['bundler', 'gemspec'],
  versions: 'gem',
  osv: 'RubyGems',
  normalizeName: lowerCase,
  seal: (name, version) =>
    name.startsWith('seal-') ? 'certain' : /\.0\.1\.sp\d+(?:p\d+)?$/.test(version) ? 'candidate' : null,
});
