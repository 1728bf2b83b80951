// The engine holds all text as byte strings: UTF-8 bytes, one UTF-16 unit a byte (latin1).
export { decodeUtf8 as fromByteString, encodeUtf8 as toByteString } from '../lib/utf8.ts';
