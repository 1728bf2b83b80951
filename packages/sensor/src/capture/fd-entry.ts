import { fdTypes } from '@lanner/engine';
import type { Cursor } from './cursor.ts';
import { textLimits } from './format.ts';
import type { FdRecord } from './records.ts';

/** Reads one entry of a descriptor list of the given version (1 or 2). */
export function readFd(cursor: Cursor, version: number): FdRecord {
  if (version >= 2) {
    cursor.entryBytes = cursor.u32();
  }
  const fd = cursor.i64();
  const ino = cursor.u64();
  const record = emptyFd(fd, ino, cursor.u8());
  readDetails(cursor, record);
  return record;
}

function readDetails(cursor: Cursor, record: FdRecord): void {
  switch (record.type) {
    case fdTypes.unknown:
      return;
    case fdTypes.ipv4:
      return readConnection(cursor, record, 4);
    case fdTypes.ipv6:
      return readConnection(cursor, record, 16);
    case fdTypes.ipv4Server:
      return readListener(cursor, record, 4);
    case fdTypes.ipv6Server:
      return readListener(cursor, record, 16);
    case fdTypes.unix:
      record.unixSource = cursor.big64();
      record.unixDest = cursor.big64();
      record.name = cursor.text(textLimits.fdName);
      return;
    case fdTypes.fileV2:
      record.openFlags = cursor.u32();
      record.name = cursor.text(textLimits.fdName);
      record.dev = cursor.optionalU32(0);
      return;
    default:
      if (record.type <= fdTypes.pidfd) {
        record.name = cursor.text(textLimits.fdName);
        return;
      }
      // A type of a newer writer, under the name that Falco gives it.
      record.name = `unknown-type:[${record.type}]`;
      record.type = fdTypes.unsupported;
  }
}

function readConnection(cursor: Cursor, record: FdRecord, addressBytes: number): void {
  record.sip = cursor.raw(addressBytes);
  record.dip = cursor.raw(addressBytes);
  record.sport = cursor.u16();
  record.dport = cursor.u16();
  record.l4 = cursor.u8();
}

function readListener(cursor: Cursor, record: FdRecord, addressBytes: number): void {
  record.dip = cursor.raw(addressBytes);
  record.dport = cursor.u16();
  record.l4 = cursor.u8();
}

/** A descriptor list entry with every other member at its default. */
export function emptyFd(fd: number, ino: number | bigint, type: number): FdRecord {
  return {
    fd,
    ino,
    type,
    name: '',
    openFlags: 0,
    dev: 0,
    sip: '',
    dip: '',
    sport: 0,
    dport: 0,
    l4: 0,
    unixSource: 0n,
    unixDest: 0n,
  };
}
