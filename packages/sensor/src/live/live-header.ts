import type { ByteDecoder, LiveDetails } from '@lanner/engine';
import { latin1 } from '../capture/latin1.ts';

/** Offsets in `struct lanner_header` of packages/sensor/bpf/record.h. */
const at = {
  sequence: 0,
  flags: 8,
  cpu: 12,
  pathLength: 14,
  tgid: 16,
  parentTgid: 20,
  startTime: 24,
  cgroup: 32,
  mountNamespace: 40,
  pidNamespace: 44,
  uid: 48,
  loginUid: 52,
  inode: 56,
  device: 64,
  scapLength: 68,
  directoryLengths: 72,
  fileType: 76,
} as const;
const flags = { raced: 1, truncated: 2, compat32: 4, evidence: 8 } as const;

/** Bytes of the header, behind which the scap event starts. */
export const liveHeaderBytes = 80;

/** What the sensor says of an event beside scap: a view over the ring, valid as long as the event. */
export class LiveHeader implements LiveDetails {
  #bytes: Uint8Array = new Uint8Array(0);
  #view: DataView = new DataView(new ArrayBuffer(0));
  #offset = 0;
  readonly #decode: ByteDecoder;

  constructor(decode: ByteDecoder = latin1) {
    this.#decode = decode;
  }

  /** Points the view at the record whose header starts at `offset`. */
  reset(bytes: Uint8Array, view: DataView, offset: number): void {
    this.#bytes = bytes;
    this.#view = view;
    this.#offset = offset;
  }

  /** Lower 32 bits of `sequence`, for finding gaps. */
  get sequenceLow(): number {
    return this.#u32(at.sequence);
  }

  get sequence(): number {
    return this.#u32(at.sequence + 4) * 0x1_0000_0000 + this.#u32(at.sequence);
  }

  get cpu(): number {
    return this.#view.getUint16(this.#offset + at.cpu, true);
  }

  get pid(): number {
    return this.#u32(at.tgid);
  }

  get parentPid(): number {
    return this.#u32(at.parentTgid);
  }

  get startTimeNs(): bigint {
    return this.#view.getBigUint64(this.#offset + at.startTime, true);
  }

  get cgroupId(): bigint {
    return this.#view.getBigUint64(this.#offset + at.cgroup, true);
  }

  get mountNamespace(): number {
    return this.#u32(at.mountNamespace);
  }

  get pidNamespace(): number {
    return this.#u32(at.pidNamespace);
  }

  get uid(): number {
    return this.#u32(at.uid);
  }

  get loginUid(): number {
    return this.#u32(at.loginUid);
  }

  /** 0 when the event is about no file. */
  get inode(): bigint {
    return this.#view.getBigUint64(this.#offset + at.inode, true);
  }

  get device(): number {
    return this.#u32(at.device);
  }

  /** Where the kernel finds the event's file, a byte string; null when there is none. */
  get kernelPath(): string | null {
    const length = this.#view.getUint16(this.#offset + at.pathLength, true);
    if (length === 0) {
      return null;
    }
    const start = this.#offset + liveHeaderBytes + this.#u32(at.scapLength);
    return this.#decode(this.#bytes, start, start + length);
  }

  /** The directory that a relative path of the event starts from (see `pathPlaces`), as the kernel knows it. */
  directory(place: number): string | null {
    const length = this.#view.getUint16(this.#offset + at.directoryLengths + 2 * place, true);
    if (length === 0) {
      return null;
    }
    const path = this.#view.getUint16(this.#offset + at.pathLength, true);
    const before = place === 0 ? 0 : this.#view.getUint16(this.#offset + at.directoryLengths, true);
    const start = this.#offset + liveHeaderBytes + this.#u32(at.scapLength) + path + before;
    return this.#decode(this.#bytes, start, start + length);
  }

  /** S_IFMT of the descriptor that the event uses; 0 when it is not told. */
  get fileType(): number {
    return this.#view.getUint16(this.#offset + at.fileType, true);
  }

  /** Memory of the process that the event needs could not be read. */
  get raced(): boolean {
    return (this.#u32(at.flags) & flags.raced) !== 0;
  }

  /** A parameter is longer than what was recorded of it. */
  get truncated(): boolean {
    return (this.#u32(at.flags) & flags.truncated) !== 0;
  }

  get compat32(): boolean {
    return (this.#u32(at.flags) & flags.compat32) !== 0;
  }

  /** No rule wants the event: it tells that a file is in use. */
  get isEvidence(): boolean {
    return (this.#u32(at.flags) & flags.evidence) !== 0;
  }

  #u32(offset: number): number {
    return this.#view.getUint32(this.#offset + offset, true);
  }
}
