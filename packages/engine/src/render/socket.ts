import { endText, socketFamilies } from '../lib/socket-text.ts';

/** A socket address parameter as outputs show it: `address:port`, or the path of a unix socket. */
export function sockaddrText(raw: string): string {
  const family = raw.charCodeAt(0);
  switch (family) {
    case socketFamilies.ipv4:
      return raw.length < 7 ? 'INVALID IPv4' : endText(raw.slice(1, 5), port(raw, 5));
    case socketFamilies.ipv6:
      return raw.length < 19 ? 'INVALID IPv6' : endText(raw.slice(1, 17), port(raw, 17));
    case socketFamilies.unix:
      return raw.length < 2 || !raw.endsWith('\0') ? 'INVALID PATH' : raw.slice(1, raw.indexOf('\0', 1));
    default:
      return `family ${family}`;
  }
}

function port(raw: string, at: number): number {
  return raw.charCodeAt(at) | (raw.charCodeAt(at + 1) << 8);
}
