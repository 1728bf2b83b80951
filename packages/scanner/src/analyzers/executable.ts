import { defineAnalyzer, installed } from '../analyzer.ts';
import { mayBeProgram } from '../lib/executable-files.ts';
import { digestOf } from '../lib/file-digest.ts';

export const analyzer = defineAnalyzer({
  id: 'executable',
  revision: 1,
  doc: 'Digests of programs, by which SBOMs about them are found.',
  scope: 'file',
  targets: installed,
  scanners: ['vuln', 'license'],
  wants: (file, { programDigests }) => programDigests === true && mayBeProgram(file),
  analyze(file) {
    return isText(file.read(0, 300))
      ? null
      : { digests: { [file.path]: `sha256:${digestOf(file, 'sha256')}` } };
  },
});

/** Whether bytes are those of a script: no control characters but those for spaces, lines and escapes. */
function isText(bytes: Buffer): boolean {
  return !bytes.some(
    (byte) => byte < 7 || byte === 11 || (byte >= 13 && byte < 32 && byte !== 13 && byte !== 27),
  );
}
