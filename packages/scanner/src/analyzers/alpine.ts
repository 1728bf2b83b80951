import { defineAnalyzer, onlyAt, withOs } from '../analyzer.ts';

export const analyzer = defineAnalyzer({
  id: 'alpine',
  revision: 1,
  doc: 'The release of Alpine Linux.',
  scope: 'file',
  targets: withOs,
  scanners: ['vuln', 'license'],
  ...onlyAt('etc/alpine-release'),
  analyze(file) {
    const name = file.text().split('\n', 1)[0]?.trim() ?? '';
    return name === '' ? null : { os: { family: 'alpine', name } };
  },
});
