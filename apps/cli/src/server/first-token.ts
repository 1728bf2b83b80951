import { join } from 'node:path';
import { makeFolder, replaceFile } from '@lanner/core/disk';
import type { Tokens } from '@lanner/hub';

/**
 * At the first start an administrator's token is made; only its owner can read the file that it is written to. Gives the
 * path of that file, null when there are tokens already. Whatever ends the start in between, either both are there
 * afterwards, or the next start makes them.
 */
export async function makeFirstToken(
  tokens: Pick<Tokens, 'list' | 'create'>,
  folder: string,
  nowMs: number,
): Promise<string | null> {
  if (tokens.list().length > 0) {
    return null;
  }
  const path = join(folder, 'admin-token');
  await tokens.create(
    { name: 'admin', scopes: ['admin', 'intake', 'agent'], expiresMs: null },
    nowMs,
    (secret) => {
      makeFolder(folder, { mode: 0o700 });
      replaceFile(path, `${secret}\n`);
    },
  );
  return path;
}
