import type { NetworkInterfaceInfo } from 'node:os';

/** Addresses of the interfaces but loopback, under Falco's keys: one text an interface and protocol. */
export function interfaceFields(
  interfaces: Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>,
): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [name, infos = []] of Object.entries(interfaces)) {
    for (const family of ['IPv4', 'IPv6'] as const) {
      const addresses = infos
        .filter((info) => info.family === family && !info.internal)
        .map(({ address }) => (family === 'IPv4' ? address : longAddress(address)));
      if (addresses.length > 0) {
        fields[`falco.host_netinfo.interfaces.${name}.protocols.${family.toLowerCase()}.addresses`] =
          addresses.join(',');
      }
    }
  }
  return fields;
}

/** An IPv6 address with all of its eight groups, each without leading zeros. */
function longAddress(address: string): string {
  const [head = '', tail] = address.split('::');
  const groups = (text: string): string[] => (text === '' ? [] : text.split(':'));
  const before = groups(head);
  const after = groups(tail ?? '');
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  return [...before, ...Array.from({ length: zeros }, () => '0'), ...after].join(':');
}
