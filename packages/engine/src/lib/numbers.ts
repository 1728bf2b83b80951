/** A 64-bit integer as fields give it: a number where it fits 2^53, otherwise the bigint. */
export function compact(value: bigint): number | bigint {
  return value <= maxSafe && value >= minSafe ? Number(value) : value;
}

const maxSafe = BigInt(Number.MAX_SAFE_INTEGER);
const minSafe = BigInt(Number.MIN_SAFE_INTEGER);

/** `a` − `b` as the unsigned 64-bit number that C computes. */
export function unsignedDifference(a: bigint, b: bigint): number | bigint {
  return compact(BigInt.asUintN(64, a - b));
}

/** A number of the state whose 0n means unknown, as a field gives it. */
export function nonZero(value: bigint): number | bigint | null {
  return value === 0n ? null : compact(value);
}
