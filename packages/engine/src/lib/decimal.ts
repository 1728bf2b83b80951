// 64-bit integers as two halves of 32 bits, written without BigInt: this runs for every alert.

const half = 0x1_0000_0000;
const billion = 1_000_000_000;
/** Upper halves below this one fit 2^53 together with any lower half. */
const exactHi = 0x20_0000;

/** The unsigned number `hi`·2^32 + `lo` in decimal. */
export function unsignedText(hi: number, lo: number): string {
  if (hi < exactHi) {
    return String(hi * half + lo);
  }
  return `${billions(hi, lo)}${nineDigits(belowBillion(hi, lo))}`;
}

/** The same bits as a signed number in decimal. `hi` is unsigned. */
export function signedText(hi: number, lo: number): string {
  if (hi < half / 2) {
    return unsignedText(hi, lo);
  }
  return lo === 0 ? `-${unsignedText(half - hi, 0)}` : `-${unsignedText(half - 1 - hi, half - lo)}`;
}

/** Whole billions in `hi`·2^32 + `lo`: seconds of a time in ns. */
export function billions(hi: number, lo: number): number {
  const whole = Math.floor(hi / billion);
  const upper = (hi % billion) * 0x1_0000 + (lo >>> 16);
  const lower = (upper % billion) * 0x1_0000 + (lo & 0xffff);
  return whole * half + Math.floor(upper / billion) * 0x1_0000 + Math.floor(lower / billion);
}

/** What is left of `hi`·2^32 + `lo` below a billion: the nanoseconds of a time. */
export function belowBillion(hi: number, lo: number): number {
  const upper = (hi % billion) * 0x1_0000 + (lo >>> 16);
  return ((upper % billion) * 0x1_0000 + (lo & 0xffff)) % billion;
}

/** A number below a billion with leading zeros. */
export function nineDigits(value: number): string {
  return String(billion + value).slice(1);
}

/** The unsigned number in upper-case hexadecimal digits. */
export function hexText(hi: number, lo: number): string {
  const low = lo.toString(16).toUpperCase();
  return hi === 0 ? low : hi.toString(16).toUpperCase() + low.padStart(8, '0');
}

/** The unsigned number in octal digits. */
export function octalText(hi: number, lo: number): string {
  return hi < exactHi ? (hi * half + lo).toString(8) : ((BigInt(hi) << 32n) | BigInt(lo)).toString(8);
}
