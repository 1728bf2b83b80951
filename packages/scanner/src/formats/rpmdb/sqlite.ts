import type { ByteSource } from '../../lib/source.ts';
import { hasSqliteMagic, SqliteFile } from '../sqlite/file.ts';

export const isSqlite = hasSqliteMagic;

/** The column `blob` of the table `Packages (hnum, blob)`. */
export function* sqliteHeaders(source: ByteSource): Generator<Buffer> {
  for (const row of new SqliteFile(source).rows('Packages')) {
    const blob = row[1];
    if (Buffer.isBuffer(blob)) {
      yield blob;
    }
  }
}
