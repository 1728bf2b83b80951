/** An IP network: `address` holds 4 or 16 bytes in network order, of which the first `bits` bits count. */
export interface Net {
  readonly address: string;
  readonly bits: number;
}

/** The 4 bytes of a dotted IPv4 address as inet_pton(3) reads it: no leading zeros, no spaces; null otherwise. */
export function parseIpv4(text: string): string | null {
  if (!/^(?:0|[1-9]\d{0,2})(?:\.(?:0|[1-9]\d{0,2})){3}$/.test(text)) {
    return null;
  }
  const bytes = text.split('.').map(Number);
  return bytes.every((byte) => byte < 256) ? String.fromCharCode(...bytes) : null;
}

/** The 16 bytes of an IPv6 address as inet_pton(3) reads it, also with a dotted end; null otherwise. */
export function parseIpv6(text: string): string | null {
  const halves = text.split('::');
  if (halves.length > 2 || text.includes(':::')) {
    return null;
  }
  const [head = '', tail] = halves;
  const before = parseGroups(head, tail === undefined);
  if (before === null) {
    return null;
  }
  if (tail === undefined) {
    return before.length === 16 ? before : null;
  }
  const after = parseGroups(tail, true);
  // `::` stands for at least one group.
  if (after === null || before.length + after.length > 14) {
    return null;
  }
  return before + '\0'.repeat(16 - before.length - after.length) + after;
}

/** Groups of four hexadecimal digits; the last one may be a dotted address when `atEnd`. */
function parseGroups(text: string, atEnd: boolean): string | null {
  if (text === '') {
    return '';
  }
  const groups = text.split(':');
  let bytes = '';
  for (const [i, group] of groups.entries()) {
    if (atEnd && i === groups.length - 1 && group.includes('.')) {
      const dotted = parseIpv4(group);
      return dotted === null ? null : bytes + dotted;
    }
    if (!/^[0-9a-fA-F]{1,4}$/.test(group)) {
      return null;
    }
    const value = Number.parseInt(group, 16);
    bytes += String.fromCharCode(value >> 8, value & 0xff);
  }
  return bytes;
}

/** Whether an address is in the network; one of the other family is not. */
export function netContains({ address, bits }: Net, other: string): boolean {
  if (other.length !== address.length) {
    return false;
  }
  const whole = bits >> 3;
  for (let i = 0; i < whole; i++) {
    if (address.charCodeAt(i) !== other.charCodeAt(i)) {
      return false;
    }
  }
  const rest = bits & 7;
  return rest === 0 || (address.charCodeAt(whole) ^ other.charCodeAt(whole)) >> (8 - rest) === 0;
}
