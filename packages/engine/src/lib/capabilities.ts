import names from '../tables/capabilities.json' with { type: 'json' };

/** All capabilities that the kernel defines, as a set of bits. */
export const allCapabilities: bigint = (1n << BigInt(names.length)) - 1n;

/** Names of the capabilities in a set, in the kernel's order, joined by single spaces. */
export function capabilitiesText(set: bigint): string {
  if (set === lastSet) {
    return lastText;
  }
  const low = Number(set & 0xffff_ffffn);
  const high = Number((set >> 32n) & 0xffff_ffffn);
  lastText = names.filter((_, bit) => ((bit < 32 ? low >>> bit : high >>> (bit - 32)) & 1) === 1).join(' ');
  lastSet = set;
  return lastText;
}

// Most threads in a row have the same set.
let lastSet = 0n;
let lastText = '';
