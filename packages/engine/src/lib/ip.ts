/** An address of 4 or 16 bytes (a byte string in network order) in its usual text form; '' for any other length. */
export function ipText(address: string): string {
  if (address.length === 4) {
    return dotted(address, 0);
  }
  return address.length === 16 ? ipv6Text(address) : '';
}

/** True for an IPv6 address that stands for an IPv4 one: `::ffff:a.b.c.d`, and the empty address. */
export function isMappedIpv4(address: string): boolean {
  return address.startsWith(mappedPrefix) || address === emptyIpv6;
}

export const emptyIpv6: string = '\0'.repeat(16);
const mappedPrefix = `${'\0'.repeat(10)}\xff\xff`;

function dotted(bytes: string, from: number): string {
  return `${bytes.charCodeAt(from)}.${bytes.charCodeAt(from + 1)}.${bytes.charCodeAt(from + 2)}.${bytes.charCodeAt(from + 3)}`;
}

// As inet_ntop of the C library: the longest run of two or more zero words becomes `::`, and an IPv4 address behind
// nothing but zeros, or behind ffff, is written dotted.
function ipv6Text(address: string): string {
  const words = Array.from(
    { length: 8 },
    (_, i) => (address.charCodeAt(2 * i) << 8) | address.charCodeAt(2 * i + 1),
  );
  const [start, length] = longestZeroRun(words);
  if (length < 2) {
    return hex(words);
  }
  if (start === 0 && (length === 6 || (length === 5 && words[5] === 0xffff))) {
    return `::${length === 5 ? 'ffff:' : ''}${dotted(address, 12)}`;
  }
  return `${hex(words.slice(0, start))}::${hex(words.slice(start + length))}`;
}

function hex(words: readonly number[]): string {
  return words.map((word) => word.toString(16)).join(':');
}

function longestZeroRun(words: readonly number[]): [start: number, length: number] {
  let best: [number, number] = [0, 0];
  let length = 0;
  for (const [i, word] of words.entries()) {
    length = word === 0 ? length + 1 : 0;
    if (length > best[1]) {
      best = [i - length + 1, length];
    }
  }
  return best;
}
