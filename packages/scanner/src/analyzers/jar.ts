import { defineAnalyzer, installed } from '../analyzer.ts';
import { isJarName, jarPackages } from '../formats/jar/archive.ts';

export const analyzer = defineAnalyzer({
  id: 'jar',
  revision: 1,
  doc: 'Java archives and the archives within them.',
  scope: 'file',
  targets: installed,
  scanners: ['vuln', 'license'],
  wants: ({ path }) => isJarName(path),
  analyze(file, context) {
    const packages = jarPackages(file, file.path, context);
    return packages.length === 0 ? null : { applications: [{ type: 'jar', filePath: file.path, packages }] };
  },
});
