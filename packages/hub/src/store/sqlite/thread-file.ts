import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The file of the threads: beside the bundle in what is shipped, beside this file in the sources. */
export function threadFile(): string {
  const shipped = fileURLToPath(new URL('./lanner-store.mjs', import.meta.url));
  return existsSync(shipped) ? shipped : fileURLToPath(new URL('./worker.ts', import.meta.url));
}
