import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Page, pageOf } from '@lanner/hub/http';

/** The page: beside the bundle, or where the sources are built to; null where it was not built. */
export function findPage(): Page | null {
  const folder = ['./page', '../../../../packages/ui/dist']
    .map((path) => fileURLToPath(new URL(path, import.meta.url)))
    .find((path) => existsSync(join(path, 'index.html')));
  return folder === undefined
    ? null
    : pageOf(new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))])));
}
