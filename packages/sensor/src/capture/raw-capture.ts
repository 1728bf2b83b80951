import { fdTypes, type Group, type User } from '@lanner/engine';
import { ByteBuilder } from './byte-builder.ts';
import { eventForm, eventForms, oldEventHeaderBytes, sectionMagic } from './format.ts';
import type { FdRecord, InterfaceRecord, MachineRecord, ThreadRecord } from './records.ts';
import { writeMachine } from './write-entries.ts';

/**
 * Pieces of captures in every version of the format, for tests and fuzzing: the product's writer knows the newest only.
 */

/** A block with its frame; `trailer` and `length` say something else than the truth where a test wants that. */
export function rawBlock(
  type: number,
  body: Uint8Array,
  claims: { readonly length?: number; readonly trailer?: number } = {},
): Uint8Array {
  const padding = -body.length & 3;
  const length = claims.length ?? 12 + body.length + padding;
  const out = new ByteBuilder(64).u32(type).u32(length).append(body).zeros(padding);
  return built(out.u32(claims.trailer ?? length));
}

/** A section header; options may follow its body. */
export function rawSection(major = 1, minor = 2, options: Uint8Array = new Uint8Array(0)): Uint8Array {
  const body = new ByteBuilder(32).u32(sectionMagic).u16(major).u16(minor).u64(-1).append(options);
  return rawBlock(0x0a0d0d0a, built(body));
}

export function rawMachine(machine: MachineRecord): Uint8Array {
  const body = new ByteBuilder(256);
  writeMachine(body, machine);
  return rawBlock(0x201, built(body));
}

const threadListTypes = [0, 0x202, 0x207, 0x209, 0x210, 0x211, 0x212, 0x213, 0x214, 0x215];

/** A process list of a version (1 to 9). `tailBytes` cuts what follows `root` in version 9, as older writers did. */
export function rawThreads(
  version: number,
  threads: readonly ThreadRecord[],
  tailBytes = Number.POSITIVE_INFINITY,
): Uint8Array {
  const body = new ByteBuilder(1024);
  for (const thread of threads) {
    const start = body.length;
    if (version >= 9) {
      body.u32(0);
    }
    appendThread(body, version, thread);
    if (version >= 9) {
      body.append(threadTail(thread, tailBytes));
      body.view.setUint32(start, body.length - start, true);
    }
  }
  return rawBlock(threadListTypes[version] ?? 0, built(body));
}

function appendThread(out: ByteBuilder, version: number, thread: ThreadRecord): void {
  out.u64(thread.tid).u64(thread.pid).u64(thread.ptid);
  if (version >= 6) {
    out.u64(thread.sid);
  }
  if (version >= 8) {
    out.u64(thread.vpgid);
  }
  out.text(thread.comm, 0xffff).text(thread.exe, 0xffff);
  if (version >= 7) {
    out.text(thread.exePath, 0xffff);
  }
  out.texts(thread.args, 0xffff).text(thread.cwd, 0xffff);
  out.u64(thread.fdLimit).u32(thread.flags).u32(thread.uid).u32(thread.gid);
  if (version >= 2) {
    out.u32(thread.vmSizeKb).u32(thread.vmRssKb).u32(thread.vmSwapKb);
    out.u64(thread.majorFaults).u64(thread.minorFaults);
  }
  if (version >= 3) {
    out.texts(thread.env, 0xffff);
  }
  if (version >= 4) {
    const cgroups = thread.cgroups.map(([subsystem, path]) => `${subsystem}=${path}`);
    out.u64(thread.vtid).u64(thread.vpid).texts(cgroups, 0xffff);
  }
  if (version >= 5) {
    out.text(thread.root, 0xffff);
  }
}

function threadTail(thread: ThreadRecord, bytes: number): Uint8Array {
  const out = new ByteBuilder(128);
  // Writers before 0.10 had at most 29 bytes, without these two.
  if (bytes > 29) {
    out.u64(thread.pidnsInitStartTs).u32(thread.tty);
  }
  out.u32(thread.loginuid).u8(Number(thread.exeWritable));
  out.u64(thread.capInheritable).u64(thread.capPermitted).u64(thread.capEffective);
  out.u8(Number(thread.exeUpperLayer));
  out.u64(thread.exeInode).u64(thread.exeInodeCtime).u64(thread.exeInodeMtime);
  out.u8(Number(thread.exeFromMemfd)).u8(Number(thread.exeLowerLayer)).u64(thread.pgid);
  return built(out).slice(0, Math.min(out.length, bytes));
}

/** A descriptor list of a version (1 or 2); `extra` bytes follow each entry, as a newer writer might add. */
export function rawFds(version: number, tid: number, fds: readonly FdRecord[], extra = 0): Uint8Array {
  const body = new ByteBuilder(256).u64(tid);
  for (const fd of fds) {
    const start = body.length;
    if (version >= 2) {
      body.u32(0);
    }
    body.u64(fd.fd).u64(fd.ino).u8(fd.type);
    appendFd(body, version, fd);
    if (version >= 2) {
      body.zeros(extra);
      body.view.setUint32(start, body.length - start, true);
    }
  }
  return rawBlock(version >= 2 ? 0x218 : 0x203, built(body));
}

function appendFd(out: ByteBuilder, version: number, fd: FdRecord): void {
  if (fd.type === fdTypes.ipv4 || fd.type === fdTypes.ipv6) {
    out.raw(fd.sip).raw(fd.dip).u16(fd.sport).u16(fd.dport).u8(fd.l4);
  } else if (fd.type === fdTypes.ipv4Server || fd.type === fdTypes.ipv6Server) {
    out.raw(fd.dip).u16(fd.dport).u8(fd.l4);
  } else if (fd.type === fdTypes.unix) {
    out.u64(fd.unixSource).u64(fd.unixDest).text(fd.name, 0xffff);
  } else if (fd.type === fdTypes.fileV2) {
    out.u32(fd.openFlags).text(fd.name, 0xffff);
    if (version >= 2) {
      out.u32(fd.dev);
    }
  } else if (fd.type !== fdTypes.unknown && fd.type <= fdTypes.pidfd) {
    out.text(fd.name, 0xffff);
  }
}

/** An interface list of a version (1 or 2). Without `hasSpeed` the entries are of the form that lacks it. */
export function rawInterfaces(
  version: number,
  interfaces: readonly InterfaceRecord[],
  hasSpeed = true,
): Uint8Array {
  const body = new ByteBuilder(256);
  for (const entry of interfaces) {
    const start = body.length;
    if (version >= 2) {
      body.u32(0);
    }
    const type = (entry.address.length === 4 ? 1 : 2) + (hasSpeed ? 0 : 2);
    body.u16(type).u16(entry.name.length).raw(entry.address).raw(entry.netmask).raw(entry.broadcast);
    if (hasSpeed) {
      body.u64(entry.linkSpeed);
    }
    body.raw(entry.name);
    if (version >= 2) {
      body.view.setUint32(start, body.length - start - 4, true);
    }
  }
  return rawBlock(version >= 2 ? 0x219 : 0x205, built(body));
}

/** A user list of a version (1 or 2). */
export function rawUsers(version: number, users: readonly User[], groups: readonly Group[]): Uint8Array {
  const body = new ByteBuilder(256);
  const append = (entry: ByteBuilder): void => {
    if (version >= 2) {
      body.u32(entry.length + 4);
    }
    body.append(built(entry));
  };
  for (const { uid, gid, name, home, shell } of users) {
    const entry = new ByteBuilder(64).u8(0).u32(uid).u32(gid);
    append(entry.text(name, 0xffff).text(home, 0xffff).text(shell, 0xffff));
  }
  for (const { gid, name } of groups) {
    append(new ByteBuilder(64).u8(1).u32(gid).text(name, 0xffff));
  }
  return rawBlock(version >= 2 ? 0x220 : 0x206, built(body));
}

/** An event in a block of the given type; blocks of version 1 get its header without the number of parameters. */
export function rawEvent(blockType: number, event: Uint8Array, cpu = 0, flags = 0): Uint8Array {
  const form = eventForm(blockType);
  const body = new ByteBuilder(event.length + 16).u16(cpu);
  if ((form & eventForms.flagged) !== 0) {
    body.u32(flags);
  }
  return rawBlock(blockType, built(body.append((form & eventForms.v2) === 0 ? toOldEvent(event) : event)));
}

/** The same event with a header of version 1, which has no number of parameters. */
export function toOldEvent(event: Uint8Array): Uint8Array {
  const old = new Uint8Array(event.length - 4);
  old.set(event.subarray(0, oldEventHeaderBytes));
  old.set(event.subarray(oldEventHeaderBytes + 4), oldEventHeaderBytes);
  new DataView(old.buffer).setUint32(16, old.length, true);
  return old;
}

export function joinBytes(...parts: readonly Uint8Array[]): Uint8Array {
  const out = new ByteBuilder(1024);
  for (const part of parts) {
    out.append(part);
  }
  return built(out);
}

function built(out: ByteBuilder): Uint8Array {
  return out.bytes.slice(0, out.length);
}
