import { writeLatin1 } from './latin1.ts';

/** Appends little-endian values to a buffer that grows; `bytes` and `view` change when it does. */
export class ByteBuilder {
  bytes: Uint8Array;
  view: DataView;
  length = 0;

  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity);
    this.view = new DataView(this.bytes.buffer);
  }

  u8(value: number): this {
    const at = this.#grow(1);
    this.view.setUint8(at, value);
    return this;
  }

  u16(value: number): this {
    const at = this.#grow(2);
    this.view.setUint16(at, value, true);
    return this;
  }

  u32(value: number): this {
    const at = this.#grow(4);
    this.view.setUint32(at, value, true);
    return this;
  }

  /** A 64-bit integer, signed or not; a number must be an integer. */
  u64(value: number | bigint): this {
    const at = this.#grow(8);
    this.view.setBigInt64(at, BigInt.asIntN(64, BigInt(value)), true);
    return this;
  }

  /** A byte string as it is. */
  raw(text: string): this {
    const at = this.#grow(text.length);
    writeLatin1(this.bytes, at, text);
    return this;
  }

  /** A byte string in exactly `length` bytes, cut or filled with zeros. */
  fixed(text: string, length: number): this {
    const kept = text.slice(0, length);
    return this.raw(kept).zeros(length - kept.length);
  }

  /** A byte string behind its length in two bytes, cut after `max` bytes. */
  text(text: string, max: number): this {
    const kept = text.length > max ? text.slice(0, max) : text;
    return this.u16(kept.length).raw(kept);
  }

  /** Byte strings, each ended by NUL, behind their length in two bytes, cut after `max` bytes. */
  texts(texts: readonly string[], max: number): this {
    return this.text(texts.length === 0 ? '' : `${texts.join('\0')}\0`, max);
  }

  append(bytes: Uint8Array): this {
    const at = this.#grow(bytes.length);
    this.bytes.set(bytes, at);
    return this;
  }

  zeros(count: number): this {
    const at = this.#grow(count);
    this.bytes.fill(0, at, at + count);
    return this;
  }

  clear(): void {
    this.length = 0;
  }

  #grow(count: number): number {
    const at = this.length;
    this.length = at + count;
    if (this.length > this.bytes.length) {
      const grown = new Uint8Array(Math.max(this.length, 2 * this.bytes.length));
      grown.set(this.bytes.subarray(0, at));
      this.bytes = grown;
      this.view = new DataView(grown.buffer);
    }
    return at;
  }
}
