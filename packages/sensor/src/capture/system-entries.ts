import type { Group, User } from '@lanner/engine';
import type { Cursor } from './cursor.ts';
import { hostnameBytes, interfaceTypes, textLimits, userKinds } from './format.ts';
import type { InterfaceRecord, MachineRecord } from './records.ts';

/** Reads the body of a machine block (180 bytes). */
export function readMachine(cursor: Cursor): MachineRecord {
  const cpuCount = cursor.u32();
  const memoryBytes = cursor.u64();
  const maxPid = cursor.u64();
  const hostname = cursor.raw(hostnameBytes);
  const nul = hostname.indexOf('\0');
  const bootTs = cursor.big64();
  const flags = cursor.u64();
  return {
    cpuCount,
    memoryBytes,
    maxPid,
    hostname: nul < 0 ? hostname : hostname.slice(0, nul),
    bootTs,
    flags,
  };
}

/** Reads one entry of an interface list of the given version (1 or 2). */
export function readInterface(cursor: Cursor, version: number): InterfaceRecord {
  if (version >= 2) {
    // Unlike in the other lists the length leaves itself out.
    cursor.entryBytes = cursor.u32() + 4;
  }
  const type = cursor.u16();
  const nameBytes = cursor.u16();
  if (!cursor.overrun && (type < interfaceTypes.ipv4 || type > interfaceTypes.ipv6NoSpeed)) {
    cursor.fault ??= `an interface of the unknown type ${type}`;
  }
  if (nameBytes > textLimits.interfaceName) {
    cursor.fault ??= `an interface name of ${nameBytes} bytes`;
  }
  const addressBytes = type === interfaceTypes.ipv4 || type === interfaceTypes.ipv4NoSpeed ? 4 : 16;
  const address = cursor.raw(addressBytes);
  const netmask = cursor.raw(addressBytes);
  const broadcast = cursor.raw(addressBytes);
  const linkSpeed = type === interfaceTypes.ipv4 || type === interfaceTypes.ipv6 ? cursor.u64() : 0;
  const name = cursor.raw(nameBytes);
  const nul = name.indexOf('\0');
  return { name: nul < 0 ? name : name.slice(0, nul), address, netmask, broadcast, linkSpeed };
}

/** An entry of a user list. */
export type UserEntry = { readonly user: User } | { readonly group: Group };

/** Reads one entry of a user list of the given version (1 or 2). */
export function readUserEntry(cursor: Cursor, version: number): UserEntry {
  if (version >= 2) {
    cursor.entryBytes = cursor.u32();
  }
  const kind = cursor.u8();
  if (kind !== userKinds.user) {
    return { group: { gid: cursor.u32(), name: cursor.text(textLimits.credential) } };
  }
  return {
    user: {
      uid: cursor.u32(),
      gid: cursor.u32(),
      name: cursor.text(textLimits.credential),
      home: cursor.text(textLimits.credential),
      shell: cursor.text(textLimits.credential),
    },
  };
}
