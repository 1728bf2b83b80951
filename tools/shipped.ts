// What ships, for whatever measures it: a start from the sources takes several times as long.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
let isBuilt = false;

export const shippedBin: string = join(root, 'dist/lanner.mjs');
/** The default rules, as they lie beside the program. */
export const shippedRules: string = join(root, 'dist/rules');

/** Builds it once in this process. Throws with what the build says when it fails. */
export function buildOnce(): void {
  if (!isBuilt) {
    execFileSync(process.execPath, [join(root, 'tools/build.ts')], { stdio: 'pipe' });
    isBuilt = true;
  }
}
