import { fdTypes, ipText } from '@lanner/engine';

/**
 * The ends of a socket: ten 32-bit words laid out as the union in which Falco keeps them, one layout for each kind of
 * socket. What one kind leaves behind shows when the socket becomes another kind (bound, connected, IPv6 to IPv4), and
 * names, roles and protocols that Falco reports follow from it.
 *
 * | kind         | words                                                                  |
 * |--------------|------------------------------------------------------------------------|
 * | ipv4         | 0 source, 1 destination, 2 source port and destination port, 3 protocol |
 * | ipv6         | 0–3 source, 4–7 destination, 8 both ports, 9 protocol                   |
 * | ipv4Server   | 0 address, 1 port, then protocol                                       |
 * | ipv6Server   | 0–3 address, 4 port, then protocol                                     |
 * | unix         | 0–1 source, 2–3 destination                                            |
 *
 * Addresses keep the order of the network in memory, so the first byte is the lowest of a word.
 */
export type SocketEnds = Int32Array;

export function newEnds(): SocketEnds {
  return new Int32Array(10);
}

/** First words of source and destination, of the ports and of the protocol of a connected socket. */
interface Layout {
  readonly addressWords: number;
  readonly destination: number;
  readonly ports: number;
  readonly protocol: number;
}

const ipv4: Layout = { addressWords: 1, destination: 1, ports: 2, protocol: 3 };
const ipv6: Layout = { addressWords: 4, destination: 4, ports: 8, protocol: 9 };

export function isIpv4Kind(type: number): boolean {
  return type === fdTypes.ipv4 || type === fdTypes.ipv4Server;
}

function isServerKind(type: number): boolean {
  return type === fdTypes.ipv4Server || type === fdTypes.ipv6Server;
}

function isConnectionKind(type: number): boolean {
  return type === fdTypes.ipv4 || type === fdTypes.ipv6;
}

function layoutOf(type: number): Layout {
  return isIpv4Kind(type) ? ipv4 : ipv6;
}

/** The word at `index`; the layouts never lead outside. */
function word(ends: SocketEnds, index: number): number {
  return ends[index] as number;
}

/** Bytes of the client's address, '' for a kind without one. */
export function sourceAddress(type: number, ends: SocketEnds): string {
  return isConnectionKind(type) ? addressBytes(ends, 0, layoutOf(type).addressWords) : '';
}

/** Bytes of the server's address, '' for a kind without one. */
export function destinationAddress(type: number, ends: SocketEnds): string {
  if (isServerKind(type)) {
    return addressBytes(ends, 0, layoutOf(type).addressWords);
  }
  return isConnectionKind(type)
    ? addressBytes(ends, layoutOf(type).destination, layoutOf(type).addressWords)
    : '';
}

export function sourcePort(type: number, ends: SocketEnds): number {
  return isConnectionKind(type) ? word(ends, layoutOf(type).ports) & 0xffff : 0;
}

export function destinationPort(type: number, ends: SocketEnds): number {
  if (isServerKind(type)) {
    return word(ends, layoutOf(type).addressWords) & 0xffff;
  }
  return isConnectionKind(type) ? word(ends, layoutOf(type).ports) >>> 16 : 0;
}

/** One of `l4Protocols`. */
export function protocolOf(type: number, ends: SocketEnds): number {
  if (isServerKind(type)) {
    return (word(ends, layoutOf(type).addressWords) >>> 16) & 0xff;
  }
  return isConnectionKind(type) ? word(ends, layoutOf(type).protocol) & 0xff : 0;
}

/** Sets the protocol as a connected socket of the kind keeps it. */
export function setConnectionProtocol(ipv4Kind: boolean, ends: SocketEnds, protocol: number): void {
  const at = (ipv4Kind ? ipv4 : ipv6).protocol;
  ends[at] = (word(ends, at) & ~0xff) | protocol;
}

/** The protocol as a connected socket of the kind keeps it, whatever kind the socket is at the moment. */
export function connectionProtocol(ipv4Kind: boolean, ends: SocketEnds): number {
  return word(ends, (ipv4Kind ? ipv4 : ipv6).protocol) & 0xff;
}

/** Makes the ends those of a socket that listens at the address whose words start at `from` in `address`. */
export function setListener(
  ends: SocketEnds,
  type: number,
  address: SocketEnds,
  port: number,
  protocol: number,
): void {
  const { addressWords } = layoutOf(type);
  ends.set(address.subarray(0, addressWords), 0);
  ends[addressWords] = (word(ends, addressWords) & 0xff00_0000) | (protocol << 16) | port;
}

/**
 * Takes over the ends of a connection from `given`, both laid out as connections of kind `type`. False when nothing
 * changed, unless the destination was not known.
 */
export function updateConnection(ends: SocketEnds, given: SocketEnds, type: number): boolean {
  const { addressWords, destination, ports } = layoutOf(type);
  const wasUnknown = wordsAreZero(ends, destination, addressWords) || word(ends, ports) >>> 16 === 0;
  const isSame = equalWords(ends, 0, given, 0, 2 * addressWords) && ends[ports] === given[ports];
  for (let i = 0; i < 2 * addressWords; i++) {
    ends[i] = word(given, i);
  }
  ends[ports] = word(given, ports);
  return wasUnknown || !isSame;
}

/** True when two connections of kind `type` have the same ends, also the other way round. */
export function sameConnection(ends: SocketEnds, given: SocketEnds, type: number): boolean {
  const { addressWords, destination, ports } = layoutOf(type);
  const mine = word(ends, ports);
  const theirs = word(given, ports);
  if (mine === theirs && equalWords(ends, 0, given, 0, 2 * addressWords)) {
    return true;
  }
  return (
    swapHalves(mine) === theirs &&
    equalWords(ends, 0, given, destination, addressWords) &&
    equalWords(ends, destination, given, 0, addressWords)
  );
}

/** Makes the client the server and the other way round. */
export function swapEnds(type: number, ends: SocketEnds): void {
  const { addressWords, destination, ports } = layoutOf(type);
  for (let i = 0; i < addressWords; i++) {
    const source = word(ends, i);
    ends[i] = word(ends, destination + i);
    ends[destination + i] = source;
  }
  ends[ports] = swapHalves(word(ends, ports));
}

function swapHalves(ports: number): number {
  return (ports << 16) | (ports >>> 16);
}

/** The source of a connection is not known. */
export function lacksSource(type: number, ends: SocketEnds): boolean {
  return wordsAreZero(ends, 0, layoutOf(type).addressWords);
}

/** The destination of a connection is not known. */
export function lacksDestination(type: number, ends: SocketEnds): boolean {
  return wordsAreZero(ends, layoutOf(type).destination, layoutOf(type).addressWords);
}

/** Puts an address in (4 or 16 bytes, as the kind has). */
export function setAddress(
  type: number,
  ends: SocketEnds,
  end: 'source' | 'destination',
  bytes: string,
): void {
  const from = end === 'source' ? 0 : layoutOf(type).destination;
  for (let i = 0; i < bytes.length; i += 4) {
    ends[from + i / 4] =
      bytes.charCodeAt(i) |
      (bytes.charCodeAt(i + 1) << 8) |
      (bytes.charCodeAt(i + 2) << 16) |
      (bytes.charCodeAt(i + 3) << 24);
  }
}

export function setPorts(type: number, ends: SocketEnds, source: number, destination: number): void {
  ends[layoutOf(type).ports] = source | (destination << 16);
}

/** Sets the destination of a connection to the address whose words start `address`, and its port. */
export function setDestination(type: number, ends: SocketEnds, address: SocketEnds, port: number): void {
  const { addressWords, destination, ports } = layoutOf(type);
  ends.set(address.subarray(0, addressWords), destination);
  ends[ports] = (word(ends, ports) & 0xffff) | (port << 16);
}

export function unixSource(ends: SocketEnds): bigint {
  return pair(ends, 0);
}

export function unixDestination(ends: SocketEnds): bigint {
  return pair(ends, 2);
}

export function setUnixEnds(ends: SocketEnds, source: bigint, destination: bigint): void {
  ends[0] = Number(BigInt.asIntN(32, source));
  ends[1] = Number(BigInt.asIntN(32, source >> 32n));
  ends[2] = Number(BigInt.asIntN(32, destination));
  ends[3] = Number(BigInt.asIntN(32, destination >> 32n));
}

function pair(ends: SocketEnds, from: number): bigint {
  return (
    (BigInt.asUintN(32, BigInt(word(ends, from + 1))) << 32n) | BigInt.asUintN(32, BigInt(word(ends, from)))
  );
}

/** Both ends as text, `1.2.3.4:5->6.7.8.9:10`. */
export function connectionText(type: number, ends: SocketEnds): string {
  return `${endText(sourceAddress(type, ends), sourcePort(type, ends))}->${endText(destinationAddress(type, ends), destinationPort(type, ends))}`;
}

/** The address that a socket listens at as text. */
export function listenerText(type: number, ends: SocketEnds): string {
  return endText(destinationAddress(type, ends), destinationPort(type, ends));
}

/** Both addresses as text, for protocols without ports. */
export function addressesText(type: number, ends: SocketEnds): string {
  return `${ipText(sourceAddress(type, ends))}->${ipText(destinationAddress(type, ends))}`;
}

function endText(address: string, port: number): string {
  return `${ipText(address)}:${port}`;
}

function addressBytes(ends: SocketEnds, from: number, count: number): string {
  let bytes = '';
  for (let i = from; i < from + count; i++) {
    const value = word(ends, i);
    bytes += String.fromCharCode(value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24);
  }
  return bytes;
}

function wordsAreZero(ends: SocketEnds, from: number, count: number): boolean {
  for (let i = from; i < from + count; i++) {
    if (ends[i] !== 0) {
      return false;
    }
  }
  return true;
}

function equalWords(a: SocketEnds, fromA: number, b: SocketEnds, fromB: number, count: number): boolean {
  for (let i = 0; i < count; i++) {
    if (a[fromA + i] !== b[fromB + i]) {
      return false;
    }
  }
  return true;
}
