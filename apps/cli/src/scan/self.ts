import { fileURLToPath } from 'node:url';

// The sources start as they are, a bundle through the files beside it.
const isSource = import.meta.url.endsWith('.ts');

/** How this program is started again with other arguments. */
export function selfEntry(args: readonly string[]): { file: string; args: readonly string[] } {
  return { file: beside(isSource ? '../../../../bin/lanner.mjs' : './lanner.mjs'), args };
}

/** The program that reads artifacts for a scan. */
export function analysisEntry(): string {
  return beside(isSource ? './analysis-process.ts' : './lanner-analysis.mjs');
}

function beside(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}
