import { fdTypes, l4Protocols } from '@lanner/engine';
import type { FdRecord } from '../capture/records.ts';

/** What a descriptor of a socket stands for, but for its number. */
export type SocketRecord = Pick<
  FdRecord,
  'type' | 'name' | 'sip' | 'dip' | 'sport' | 'dport' | 'l4' | 'unixSource' | 'unixDest'
>;

/** Sockets of one network namespace by their inodes. */
export type SocketTable = ReadonlyMap<number, SocketRecord>;

const blank: SocketRecord = {
  type: fdTypes.unsupported,
  name: '',
  sip: '',
  dip: '',
  sport: 0,
  dport: 0,
  l4: l4Protocols.unknown,
  unixSource: 0n,
  unixDest: 0n,
};

/** Files of `/proc/<pid>/net` and the protocols of their sockets. */
const internetFiles = [
  ['tcp', l4Protocols.tcp],
  ['tcp6', l4Protocols.tcp],
  ['udp', l4Protocols.udp],
  ['udp6', l4Protocols.udp],
  ['raw', l4Protocols.raw],
  ['raw6', l4Protocols.raw],
] as const;

/** The most that is read of one of these files. */
export const maxTableBytes = 16 * 1024 * 1024;

/** Reads the sockets of a network namespace; at most `maxSockets`. `read` gives a file of its `net` folder. */
export function readSockets(read: (file: string) => string | null, maxSockets: number): SocketTable {
  const sockets = new Map<number, SocketRecord>();
  const add = (inode: number, socket: SocketRecord): void => {
    // 0 stands for sockets that no process has any more.
    if (inode > 0 && sockets.size < maxSockets) {
      sockets.set(inode, socket);
    }
  };
  for (const [file, l4] of internetFiles) {
    forEachLine(read(file), (line) => {
      addInternet(line, l4, add);
    });
  }
  forEachLine(read('unix'), (line) => {
    addUnix(line, add);
  });
  forEachLine(read('netlink'), (line) => {
    add(Number(line.trim().split(/\s+/)[9]), { ...blank, type: fdTypes.netlink });
  });
  return sockets;
}

/** Every line but the first, which names the columns. */
function forEachLine(text: string | null, take: (line: string) => void): void {
  let start = text === null ? -1 : text.indexOf('\n') + 1;
  while (text !== null && start > 0 && start < text.length) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    take(text.slice(start, end));
    start = end + 1;
  }
}

type AddSocket = (inode: number, socket: SocketRecord) => void;

/** `sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode …`. */
function addInternet(line: string, l4: number, add: AddSocket): void {
  const columns = line.trim().split(/\s+/);
  const local = parseEnd(columns[1] ?? '');
  const remote = parseEnd(columns[2] ?? '');
  if (local === null || remote === null) {
    return;
  }
  const isIpv4 = local.address.length === 4;
  const isListener = /^\0+$/.test(remote.address);
  add(
    Number(columns[9]),
    isListener
      ? {
          ...blank,
          type: isIpv4 ? fdTypes.ipv4Server : fdTypes.ipv6Server,
          dip: local.address,
          dport: local.port,
          l4,
        }
      : {
          ...blank,
          type: isIpv4 ? fdTypes.ipv4 : fdTypes.ipv6,
          sip: local.address,
          sport: local.port,
          dip: remote.address,
          dport: remote.port,
          l4,
        },
  );
}

/** `0100007F:1F90`: words of the address in the byte order of the machine, which is little-endian, and the port. */
function parseEnd(text: string): { readonly address: string; readonly port: number } | null {
  const [, hex, port] = /^([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4})$/i.exec(text) ?? [];
  if (hex === undefined || port === undefined) {
    return null;
  }
  let address = '';
  for (let word = 0; word < hex.length; word += 8) {
    for (let byte = 6; byte >= 0; byte -= 2) {
      address += String.fromCharCode(Number.parseInt(hex.slice(word + byte, word + byte + 2), 16));
    }
  }
  return { address, port: Number.parseInt(port, 16) };
}

/** `Num RefCount Protocol Flags Type St Inode [Path]`; the path may hold blanks. */
function addUnix(line: string, add: AddSocket): void {
  const [, address, inode, path] = /^([0-9a-f]+): (?:\S+\s+){5}(\d+) ?(.*)$/.exec(line) ?? [];
  if (address !== undefined && address.length <= 16) {
    add(Number(inode), {
      ...blank,
      type: fdTypes.unix,
      name: path ?? '',
      unixSource: BigInt(`0x${address}`),
    });
  }
}
