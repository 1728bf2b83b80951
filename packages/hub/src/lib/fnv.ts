const prime = (1n << 88n) + 0x13bn;
const offset = 0x6c62272e07bb014262b821756295c58dn;

/** FNV-1a with 128 bits of the UTF-8 of a text, as 32 hexadecimal digits. */
export function fnv1a128(text: string): string {
  let hash = offset;
  for (const byte of Buffer.from(text)) {
    hash = BigInt.asUintN(128, (hash ^ BigInt(byte)) * prime);
  }
  return hash.toString(16).padStart(32, '0');
}
