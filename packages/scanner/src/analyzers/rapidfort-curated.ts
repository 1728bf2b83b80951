import { defineAnalyzer, installed, onlyAt } from '../analyzer.ts';
import { parseObject } from '../lib/json.ts';

export const analyzer = defineAnalyzer({
  id: 'rapidfort-curated',
  revision: 1,
  doc: 'Whether RapidFort rebuilt the packages of the operating system.',
  scope: 'file',
  targets: installed,
  scanners: ['vuln'],
  ...onlyAt('usr/share/rapidfort/curated.json'),
  analyze(file) {
    parseObject(file.text(), 'artifact.parse');
    return { os: { family: '', supplier: 'rapidfort' } };
  },
});
