import { damaged } from './header.ts';

/** The records of a pax header: `LENGTH key=value\n`, LENGTH counting the whole record. Throws AppError 'artifact.parse'. */
export function parsePax(bytes: Buffer): Map<string, string> {
  const records = new Map<string, string>();
  // Format 0.0 of sparse files repeats two keys for each piece; format 0.1 has them in one record.
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length && bytes[at] !== 0;) {
    const space = bytes.indexOf(0x20, at);
    const length = space < 0 ? Number.NaN : Number(bytes.toString('latin1', at, space));
    const end = at + length;
    if (!Number.isSafeInteger(length) || length <= space - at || end > bytes.length) {
      throw damaged();
    }
    const equals = bytes.indexOf(0x3d, space);
    if (equals < 0 || equals >= end) {
      throw damaged();
    }
    const key = bytes.toString('utf8', space + 1, equals);
    const value = bytes.toString('utf8', equals + 1, end - 1);
    if (key === 'GNU.sparse.offset' || key === 'GNU.sparse.numbytes') {
      pieces.push(value);
    } else {
      records.set(key, value);
    }
    at = end;
  }
  if (pieces.length > 0) {
    records.set('GNU.sparse.map', pieces.join(','));
  }
  return records;
}
