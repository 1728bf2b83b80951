import { columnFacets } from './columns.ts';

/** Index of fingerprints among the columns, and their kind in the dictionary. */
export const fingerprintKind = columnFacets.indexOf('fingerprint');

const sixteenDigits = /^[0-9a-f]{16}$/;

/** A value as the dictionary has it: most values are fingerprints, and those take half the room as bytes. */
export function packWord(kind: number, value: string): string | Uint8Array {
  return kind === fingerprintKind && sixteenDigits.test(value) ? Buffer.from(value, 'hex') : value;
}

/** The inverse, for values of any kind. */
export function unpackWord(value: string | Uint8Array): string {
  return typeof value === 'string' ? value : Buffer.from(value).toString('hex');
}

/** `packWord` of a column of fingerprints, in SQL. */
export function packedFingerprint(column: string): string {
  return `CASE WHEN length(${column}) = 16 AND ${column} NOT GLOB '*[^0-9a-f]*' THEN unhex(${column}) ELSE ${column} END`;
}
