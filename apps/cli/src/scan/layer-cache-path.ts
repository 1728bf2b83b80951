import { join } from 'node:path';

/** Where layers are kept that were analyzed. */
export function layerCachePath(cacheFolder: string): string {
  return join(cacheFolder, 'lanner', 'layers.db');
}
