/** A number of a version: bigint above what a number holds exactly. */
export type VersionNumber = number | bigint;

/** Stands for any value in a constraint: `*`, `x`. */
export const wildcard = null;

/** One piece of a version between dots. */
export type VersionPart = VersionNumber | string | typeof wildcard;

const maxUint64 = 2n ** 64n - 1n;
export const maxNumber: VersionNumber = maxUint64;

/** The number that digits say; null for other texts and above 64 bits. */
export function parseNumber(text: string): VersionNumber | null {
  if (!/^[0-9]+$/.test(text)) {
    return null;
  }
  const number = bigNumber(text);
  return number > maxUint64 ? null : number;
}

/** The number that digits say, however many. */
export function bigNumber(digits: string): VersionNumber {
  return digits.length <= 15 ? Number(digits) : normalize(BigInt(digits));
}

export function increment(number: VersionNumber): VersionNumber {
  return normalize(BigInt(number) + 1n);
}

function normalize(number: bigint): VersionNumber {
  return number <= Number.MAX_SAFE_INTEGER ? Number(number) : number;
}

/** A number, a wildcard or the text itself. */
export function parsePart(text: string): VersionPart {
  return text === '*' || text === 'x' || text === 'X' ? wildcard : (parseNumber(text) ?? text);
}

export function parseParts(text: string): VersionPart[] {
  return text === '' ? [] : text.split('.').map(parsePart);
}

export function printPart(part: VersionPart): string {
  return part === wildcard ? '*' : String(part);
}

export function isOpen(parts: readonly VersionPart[]): boolean {
  return parts.includes(wildcard);
}

/** -1, 0 or 1 for values that `<` orders. */
export function order<T extends VersionNumber | string>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Wildcards are like everything. Texts come after numbers, or before them where `textsFirst` is true. */
export function compareParts(a: VersionPart, b: VersionPart, textsFirst = false): number {
  if (a === wildcard || b === wildcard) {
    return 0;
  }
  if (typeof a === 'string' || typeof b === 'string') {
    if (typeof a === 'string' && typeof b === 'string') {
      return order(a, b);
    }
    return (typeof a === 'string') === textsFirst ? -1 : 1;
  }
  return order(a, b);
}

/** Part by part; the shorter list is smaller when all before is equal. A wildcard ends the comparison. */
export function compareLists(
  a: readonly VersionPart[],
  b: readonly VersionPart[],
  textsFirst = false,
): number {
  if (isOpen(b)) {
    return 0;
  }
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const left = a[i] ?? wildcard;
    const right = b[i] ?? wildcard;
    if (left === wildcard || right === wildcard) {
      return 0;
    }
    const result = compareParts(left, right, textsFirst);
    if (result !== 0) {
      return result;
    }
  }
  return order(a.length, b.length);
}

/** A version without pre-release comes after those with one. */
export function comparePrereleases(a: readonly VersionPart[], b: readonly VersionPart[]): number {
  if (isOpen(a) || isOpen(b)) {
    return 0;
  }
  if (a.length === 0 || b.length === 0) {
    return a.length === b.length ? 0 : a.length === 0 ? 1 : -1;
  }
  return compareLists(a, b);
}

/** Without the zeros at the end. */
export function trimZeros<T extends VersionPart>(parts: readonly T[]): readonly T[] {
  let end = parts.length;
  while (end > 0 && parts[end - 1] === 0) {
    end--;
  }
  return end === parts.length ? parts : parts.slice(0, end);
}

/** Padded with zeros to `length`. */
export function padZeros<T>(parts: readonly T[], length: number): readonly (T | 0)[] {
  return parts.length >= length
    ? parts
    : [...parts, ...Array.from({ length: length - parts.length }, () => 0 as const)];
}
