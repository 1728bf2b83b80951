import { type ByteSource, damaged, readExactly } from '../../lib/source.ts';
import { berkeleyHeaders, isBerkeley } from './berkeley.ts';
import { RpmHeader } from './header.ts';
import { isNdb, ndbHeaders } from './ndb.ts';
import { isSqlite, sqliteHeaders } from './sqlite.ts';

/** Smaller values of a database are counters, not packages. */
const smallestHeader = 24;

/**
 * The headers of all packages of an rpm database, in the order of the file, whichever of the three formats it has.
 * A value that is no header is passed to `skipped`. Throws AppError 'artifact.parse' for a file of another format.
 */
export function* rpmHeaders(source: ByteSource, skipped: (error: unknown) => void): Generator<RpmHeader> {
  // Every byte belongs to one package: more than the file has would be the same bytes again and again.
  let left = source.size;
  for (const blob of blobsOf(source)) {
    left -= blob.length;
    if (left < 0) {
      throw damaged('packages share their bytes');
    }
    if (blob.length < smallestHeader) {
      continue;
    }
    let header: RpmHeader;
    try {
      header = new RpmHeader(blob);
    } catch (error) {
      skipped(error);
      continue;
    }
    yield header;
  }
}

function blobsOf(source: ByteSource): Generator<Buffer> {
  const start = Buffer.from(readExactly(source, 0, Math.min(64, source.size)));
  if (isSqlite(start)) {
    return sqliteHeaders(source);
  }
  if (isNdb(start)) {
    return ndbHeaders(source);
  }
  if (isBerkeley(start)) {
    return berkeleyHeaders(source);
  }
  throw damaged('this is no rpm database of a known format');
}
