import { defineAnalyzer, installed } from '../analyzer.ts';
import { rustCrates } from '../formats/rust/audit.ts';
import { mayBeProgram } from '../lib/executable-files.ts';

export const analyzer = defineAnalyzer({
  id: 'rustbinary',
  revision: 1,
  doc: 'Crates that Rust programs were built from, where cargo-auditable noted them.',
  scope: 'file',
  targets: installed,
  scanners: ['vuln', 'license'],
  wants: mayBeProgram,
  analyze(file) {
    const packages = rustCrates(file);
    return packages.length === 0
      ? null
      : { applications: [{ type: 'rustbinary', filePath: file.path, packages }] };
  },
});
