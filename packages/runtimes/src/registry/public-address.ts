import { BlockList, isIP } from 'node:net';

const own = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const) {
  own.addSubnet(network, bits, 'ipv4');
}
for (const [network, bits] of [
  ['::', 127],
  // Addresses of IPv4 behind a gateway.
  ['64:ff9b::', 96],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  own.addSubnet(network, bits, 'ipv6');
}

/** Whether an address of IPv4 or IPv6 is one of the internet: not of this machine, a private network or a group. */
export function isPublicAddress(address: string): boolean {
  const version = isIP(address);
  return version !== 0 && !own.check(address, version === 4 ? 'ipv4' : 'ipv6');
}
