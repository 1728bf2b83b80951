import { Buffer } from 'node:buffer';
import type { ByteDecoder } from '@lanner/engine';

interface Latin1Buffer {
  latin1Slice: (this: Uint8Array, start: number, end: number) => string;
  latin1Write: (this: Uint8Array, text: string, offset: number, length: number) => number;
}

// Node has these methods on every Buffer, and they work on any Uint8Array; the type definitions leave them out.
const { latin1Slice, latin1Write } = Buffer.prototype as unknown as Latin1Buffer;

/** Bytes `start` to `end` as a byte string: the fast decoder for an `EventView` under Node. */
export const latin1: ByteDecoder = (bytes, start, end) => latin1Slice.call(bytes, start, end);

/** Writes a byte string at `offset`. The bytes must have room for it. */
export function writeLatin1(bytes: Uint8Array, offset: number, text: string): void {
  latin1Write.call(bytes, text, offset, text.length);
}
