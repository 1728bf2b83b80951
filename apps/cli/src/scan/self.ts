import { fileURLToPath } from 'node:url';

/** How this program is started again, by default to analyze layers. */
export function selfEntry(args: readonly string[] = ['analyze-layers']): {
  file: string;
  args: readonly string[];
} {
  // The sources start through bin/, a bundle through the file beside it.
  const isSource = import.meta.url.endsWith('.ts');
  const file = new URL(isSource ? '../../../../bin/lanner.mjs' : './lanner.mjs', import.meta.url);
  return { file: fileURLToPath(file), args };
}
