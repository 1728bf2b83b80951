import { latin1 } from './latin1.ts';

/**
 * Reads the values of one list entry. A read beyond `limit` gives 0 or '' and sets `overrun`, so that parsers read
 * straight on and their caller looks once, at the end. `fault` is set when a value cannot be right however many bytes
 * follow.
 */
export class Cursor {
  bytes: Uint8Array = new Uint8Array(0);
  view: DataView = new DataView(new ArrayBuffer(0));
  start = 0;
  position = 0;
  limit = 0;
  overrun = false;
  fault: string | null = null;
  /** Length that the entry gives itself, set by its parser; 0 when it gives none. */
  entryBytes = 0;

  reset(bytes: Uint8Array, view: DataView, start: number, limit: number): void {
    this.bytes = bytes;
    this.view = view;
    this.start = start;
    this.position = start;
    this.limit = limit;
    this.overrun = false;
    this.fault = null;
    this.entryBytes = 0;
  }

  /** Bytes read so far. */
  get used(): number {
    return this.position - this.start;
  }

  u8(): number {
    const at = this.#take(1);
    return at < 0 ? 0 : this.view.getUint8(at);
  }

  u16(): number {
    const at = this.#take(2);
    return at < 0 ? 0 : this.view.getUint16(at, true);
  }

  u32(): number {
    const at = this.#take(4);
    return at < 0 ? 0 : this.view.getUint32(at, true);
  }

  /** A signed 64-bit integer; inexact beyond 2^53. */
  i64(): number {
    const at = this.#take(8);
    if (at < 0) {
      return 0;
    }
    return this.view.getInt32(at + 4, true) * 0x1_0000_0000 + this.view.getUint32(at, true);
  }

  /** An unsigned 64-bit integer: a number where it fits 2^53, otherwise a bigint. */
  u64(): number | bigint {
    const value = this.big64();
    return value <= 0x1f_ffff_ffff_ffffn ? Number(value) : value;
  }

  /** An unsigned 64-bit integer. */
  big64(): bigint {
    const at = this.#take(8);
    return at < 0 ? 0n : this.view.getBigUint64(at, true);
  }

  /** `length` bytes as a byte string. */
  raw(length: number): string {
    const at = this.#take(length);
    return at < 0 ? '' : latin1(this.bytes, at, at + length);
  }

  /** A byte string behind its length in two bytes; longer than `max` is a fault. */
  blob(max: number): string {
    const length = this.u16();
    if (length > max) {
      this.fault ??= `a text of ${length} bytes where at most ${max} are allowed`;
      return '';
    }
    return this.raw(length);
  }

  /** Like `blob`, up to the first NUL. */
  text(max: number): string {
    const text = this.blob(max);
    const nul = text.indexOf('\0');
    return nul < 0 ? text : text.slice(0, nul);
  }

  /** Like `blob`, as the texts that NUL bytes separate. Falco takes a lone NUL for no text at all. */
  texts(max: number): string[] {
    const joined = this.blob(max);
    const inner = joined.endsWith('\0') ? joined.slice(0, -1) : joined;
    return inner === '' ? [] : inner.split('\0');
  }

  /** The next value when it still fits into the length that the entry gives itself, otherwise `missing`. */
  optionalU32(missing: number): number {
    return this.#fits(4) ? this.u32() : missing;
  }

  optionalI64(missing: number): number {
    return this.#fits(8) ? this.i64() : missing;
  }

  /** 0n when it does not fit. */
  optionalBig64(): bigint {
    return this.#fits(8) ? this.big64() : 0n;
  }

  /** False when it does not fit. */
  optionalFlag(): boolean {
    return this.#fits(1) && this.u8() !== 0;
  }

  #fits(length: number): boolean {
    return this.used + length <= this.entryBytes;
  }

  #take(length: number): number {
    const at = this.position;
    // Nothing is read after an overrun: what follows in the bytes at hand belongs to other values.
    if (this.overrun || at + length > this.limit) {
      this.overrun = true;
      return -1;
    }
    this.position = at + length;
    return at;
  }
}
