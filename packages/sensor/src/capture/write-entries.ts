import { fdTypes, type Group, type Machine, type NetworkInterface, type User } from '@lanner/engine';
import type { ByteBuilder } from './byte-builder.ts';
import { hostnameBytes, interfaceTypes, textLimits, userKinds } from './format.ts';
import type { FdRecord, InterfaceRecord, MachineRecord, ThreadRecord } from './records.ts';

/** Entries of the lists in their newest versions. Texts beyond the limits of Falco's reader are cut. */

export function writeMachine(out: ByteBuilder, machine: Machine & Partial<MachineRecord>): void {
  out
    .u32(machine.cpuCount)
    .u64(machine.memoryBytes)
    .u64(machine.maxPid ?? 0);
  out.fixed(machine.hostname.slice(0, hostnameBytes - 1), hostnameBytes);
  out
    .u64(machine.bootTs)
    .u64(machine.flags ?? 0)
    .zeros(16);
}

export function writeInterface(out: ByteBuilder, entry: NetworkInterface & Partial<InterfaceRecord>): void {
  const name = entry.name.slice(0, textLimits.interfaceName);
  const start = out.length;
  const addressBytes = entry.address.length === 4 ? 4 : 16;
  out.u32(0);
  out.u16(addressBytes === 4 ? interfaceTypes.ipv4 : interfaceTypes.ipv6).u16(name.length);
  out
    .fixed(entry.address, addressBytes)
    .fixed(entry.netmask, addressBytes)
    .fixed(entry.broadcast, addressBytes)
    .u64(entry.linkSpeed ?? 0)
    .raw(name);
  // Unlike in the other lists the length leaves itself out.
  out.view.setUint32(start, out.length - start - 4, true);
}

export function writeUser(out: ByteBuilder, user: User): void {
  const start = out.length;
  out.u32(0).u8(userKinds.user).u32(user.uid).u32(user.gid);
  out
    .text(user.name, textLimits.credential)
    .text(user.home, textLimits.credential)
    .text(user.shell, textLimits.credential);
  closeEntry(out, start);
}

export function writeGroup(out: ByteBuilder, group: Group): void {
  const start = out.length;
  out.u32(0).u8(userKinds.group).u32(group.gid).text(group.name, textLimits.credential);
  closeEntry(out, start);
}

export function writeThread(out: ByteBuilder, thread: ThreadRecord): void {
  const start = out.length;
  const cgroups = thread.cgroups.map(([subsystem, path]) => `${subsystem}=${path}`);
  out.u32(0).u64(thread.tid).u64(thread.pid).u64(thread.ptid).u64(thread.sid).u64(thread.vpgid);
  out
    .text(thread.comm, textLimits.path)
    .text(thread.exe, textLimits.path)
    .text(thread.exePath, textLimits.path)
    .texts(thread.args, textLimits.args)
    .text(thread.cwd, textLimits.path);
  out.u64(thread.fdLimit).u32(thread.flags).u32(thread.uid).u32(thread.gid);
  out.u32(thread.vmSizeKb).u32(thread.vmRssKb).u32(thread.vmSwapKb);
  out.u64(thread.majorFaults).u64(thread.minorFaults);
  out.texts(thread.env, textLimits.env);
  out.u64(thread.vtid).u64(thread.vpid).texts(cgroups, textLimits.cgroups).text(thread.root, textLimits.path);
  out.u64(thread.pidnsInitStartTs).u32(thread.tty).u32(thread.loginuid).u8(Number(thread.exeWritable));
  out.u64(thread.capInheritable).u64(thread.capPermitted).u64(thread.capEffective);
  out.u8(Number(thread.exeUpperLayer)).u64(thread.exeInode);
  out.u64(thread.exeInodeCtime).u64(thread.exeInodeMtime);
  out.u8(Number(thread.exeFromMemfd)).u8(Number(thread.exeLowerLayer)).u64(thread.pgid);
  closeEntry(out, start);
}

export function writeFd(out: ByteBuilder, fd: FdRecord): void {
  const start = out.length;
  out.u32(0).u64(fd.fd).u64(fd.ino).u8(fd.type);
  writeFdDetails(out, fd);
  closeEntry(out, start);
}

function writeFdDetails(out: ByteBuilder, fd: FdRecord): void {
  switch (fd.type) {
    case fdTypes.unknown:
      return;
    case fdTypes.ipv4:
    case fdTypes.ipv6: {
      const addressBytes = fd.type === fdTypes.ipv4 ? 4 : 16;
      out.fixed(fd.sip, addressBytes).fixed(fd.dip, addressBytes).u16(fd.sport).u16(fd.dport).u8(fd.l4);
      return;
    }
    case fdTypes.ipv4Server:
    case fdTypes.ipv6Server:
      out
        .fixed(fd.dip, fd.type === fdTypes.ipv4Server ? 4 : 16)
        .u16(fd.dport)
        .u8(fd.l4);
      return;
    case fdTypes.unix:
      out.u64(fd.unixSource).u64(fd.unixDest).text(fd.name, textLimits.fdName);
      return;
    case fdTypes.fileV2:
      out.u32(fd.openFlags).text(fd.name, textLimits.fdName).u32(fd.dev);
      return;
    default:
      out.text(fd.name, textLimits.fdName);
  }
}

function closeEntry(out: ByteBuilder, start: number): void {
  out.view.setUint32(start, out.length - start, true);
}
