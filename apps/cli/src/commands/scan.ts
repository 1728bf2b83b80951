import { defineCommand } from '../command.ts';
import { scanOptions } from '../scan/flags.ts';

export const command = defineCommand({
  id: 'scan',
  summary:
    'Find what an image, a file tree or an SBOM contains, and what is wrong with it; takes the flags of trivy.',
  usage: 'image|fs|rootfs|repo|sbom TARGET [--format FORMAT] [--severity LIST] [--scanners LIST]',
  description:
    'Reads trivy.yaml and TRIVY_* variables too. Analyzed layers are kept in the cache folder, so that the next scan\nof an image takes milliseconds.',
  options: scanOptions,
  examples: [
    {
      command: 'lanner scan image debian:12',
      doc: 'An image of a runtime on this machine, or of a registry.',
    },
    { command: 'lanner scan image --input image.tar', doc: 'An archive, or an OCI layout.' },
    { command: 'lanner scan fs --scanners secret .', doc: 'Secrets in a folder.' },
    { command: 'lanner scan rootfs / --format json', doc: 'This machine.' },
    {
      command: 'lanner scan sbom bom.cdx.json --exit-code 1',
      doc: 'A bill of materials; fails when something is found.',
    },
  ],
  positionals: 'files',
  // Loaded when it runs: other commands start without it.
  run: async (environment, input) => (await import('../scan/main.ts')).scan(environment, input),
});
