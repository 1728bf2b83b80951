/** Bytes of a table of a program; real ones have some hundred thousand. */
export const maxTable = 8 * 1024 * 1024;

/** Numbers in the byte order and width of a program. */
export class FieldReader {
  readonly wide: boolean;
  readonly #little: boolean;

  constructor(little: boolean, wide: boolean) {
    this.#little = little;
    this.wide = wide;
  }

  u16(bytes: Buffer, at: number): number {
    return this.#little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at);
  }

  u32(bytes: Buffer, at: number): number {
    return this.#little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
  }

  /** Above 2^53 not exact: nothing in a file lies there. */
  u64(bytes: Buffer, at: number): number {
    const first = this.u32(bytes, at);
    const second = this.u32(bytes, at + 4);
    return this.#little ? first + second * 2 ** 32 : first * 2 ** 32 + second;
  }

  /** An address, offset or size. */
  word(bytes: Buffer, at: number): number {
    return this.wide ? this.u64(bytes, at) : this.u32(bytes, at);
  }
}

/** A text that ends with a zero. */
export function nameAt(bytes: Buffer, at: number): string {
  const zero = bytes.indexOf(0, at);
  return bytes.toString('latin1', at, Math.min(zero < 0 ? bytes.length : zero, at + maxName));
}

const maxName = 200;

/** Finds the first of those that have names by its name; null when there is none. */
export function namedIn<T extends { readonly name: string }>(all: readonly T[]): (name: string) => T | null {
  return (name) => all.find((one) => one.name === name) ?? null;
}
