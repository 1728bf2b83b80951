import { defineAnalyzer, everywhere } from '../analyzer.ts';
import { parsePythonMetadata } from '../formats/python/metadata.ts';
import { ZipArchive } from '../formats/zip/archive.ts';
import { packageDigest } from '../lib/file-digest.ts';
import { known } from '../lib/known.ts';
import { baseName } from '../lib/path.ts';
import type { Package } from '../model/index.ts';

/** Bytes of metadata; those with a long description have some hundred thousand. */
const maxMetadata = 4 * 1024 * 1024;
const metadata = 'EGG-INFO/PKG-INFO';

export const analyzer = defineAnalyzer({
  id: 'python-egg',
  revision: 1,
  doc: 'Python packages in egg archives.',
  scope: 'file',
  // Not among the packages that Trivy leaves out of folders.
  targets: everywhere,
  scanners: ['vuln', 'license'],
  wants: ({ path }) => path.endsWith('.egg'),
  analyze(file, context) {
    const archive = new ZipArchive(file);
    const entries = [...archive.entries()].filter(({ name }) => name.startsWith('EGG-INFO/'));
    const entry = entries.find(({ name }) => name === metadata);
    if (entry === undefined) {
      return null;
    }
    const { licenseFile, licenses, ...names } = parsePythonMetadata(
      archive.read(entry, maxMetadata).toString(),
    );
    const textEntry = entries.find(({ name }) => name === `EGG-INFO/${baseName(licenseFile ?? '')}`);
    const found = textEntry && context.classifyLicense?.(archive.read(textEntry, maxMetadata).toString());
    const one = known<Package>({
      ...names,
      licenses: [...licenses, ...(found ?? []).map(({ name }) => name)],
      filePath: file.path,
      digest: packageDigest(file, context),
    });
    // Installed packages of all forms are reported together.
    return { applications: [{ type: 'python-pkg', filePath: file.path, packages: [one] }] };
  },
});
