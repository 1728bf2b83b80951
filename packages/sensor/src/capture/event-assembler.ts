import type { EventInfo, ParamType } from '@lanner/engine';
import { paramLengthBytes } from './event-shape.ts';
import { eventAt, eventHeaderBytes, maxConvertedBytes, maxParamCount } from './format.ts';

/** Lengths of the types that have one length; all others vary. */
export const fixedLengths: Readonly<Partial<Record<ParamType, number>>> = {
  INT8: 1,
  UINT8: 1,
  FLAGS8: 1,
  ENUMFLAGS8: 1,
  SIGTYPE: 1,
  INT16: 2,
  UINT16: 2,
  FLAGS16: 2,
  ENUMFLAGS16: 2,
  SYSCALLID: 2,
  PORT: 2,
  INT32: 4,
  UINT32: 4,
  FLAGS32: 4,
  ENUMFLAGS32: 4,
  UID: 4,
  GID: 4,
  MODE: 4,
  SIGSET: 4,
  FD32: 4,
  PID32: 4,
  IPV4ADDR: 4,
  INT64: 8,
  UINT64: 8,
  RELTIME: 8,
  ABSTIME: 8,
  ERRNO: 8,
  FD: 8,
  PID: 8,
  IPV6ADDR: 16,
};

/** Where the parameters of an event lie. */
export class ParamLocator {
  count = 0;
  readonly starts = new Int32Array(maxParamCount + 1);

  /** The event at `at` must have been checked. */
  locate(view: DataView, at: number): void {
    const step = paramLengthBytes(view.getUint16(at + eventAt.type, true));
    const count = view.getUint32(at + eventAt.paramCount, true);
    let start = at + eventHeaderBytes + step * count;
    for (let i = 0; i < count; i++) {
      this.starts[i] = start;
      const lengthAt = at + eventHeaderBytes + step * i;
      start += step === 2 ? view.getUint16(lengthAt, true) : view.getUint32(lengthAt, true);
    }
    this.starts[count] = start;
    this.count = count;
  }

  start(index: number): number {
    return this.starts[index] as number;
  }

  length(index: number): number {
    return (this.starts[index + 1] as number) - (this.starts[index] as number);
  }
}

/** Builds one event of at most 64 KiB in its own buffer, parameter by parameter. */
export class EventAssembler {
  readonly bytes: Uint8Array = new Uint8Array(maxConvertedBytes);
  readonly view: DataView = new DataView(this.bytes.buffer);
  #info: EventInfo | null = null;
  #next = 0;
  #end = 0;

  /** Starts an event of a type with `paramCount` parameters; time and thread are those of the event at `at`. */
  begin(info: EventInfo, paramCount: number, bytes: Uint8Array, at: number): void {
    this.bytes.set(bytes.subarray(at, at + eventAt.length), 0);
    this.view.setUint16(eventAt.type, info.id, true);
    this.view.setUint32(eventAt.paramCount, paramCount, true);
    this.#info = info;
    this.#next = 0;
    this.#end = eventHeaderBytes + paramLengthBytes(info.id) * paramCount;
  }

  /** Copies a parameter, cut to what its type may have here. False when the event gets too long. */
  copy(bytes: Uint8Array, start: number, length: number): boolean {
    const taken = Math.min(length, this.#maxLength());
    if (this.#end + taken > maxConvertedBytes) {
      return false;
    }
    this.bytes.set(bytes.subarray(start, start + taken), this.#end);
    this.#close(taken);
    return true;
  }

  empty(): void {
    this.#close(0);
  }

  /** A zero of the type's length; "none" (all ones) for users and groups; empty for types without a fixed length. */
  default(): boolean {
    const type = this.#type();
    const length = fixedLengths[type] ?? 0;
    if (this.#end + length > maxConvertedBytes) {
      return false;
    }
    this.bytes.fill(type === 'UID' || type === 'GID' ? 0xff : 0, this.#end, this.#end + length);
    this.#close(length);
    return true;
  }

  /** Completes the header. */
  end(): void {
    this.view.setUint32(eventAt.length, this.#end, true);
  }

  #type(): ParamType {
    return this.#info?.params[this.#next]?.type ?? 'BYTEBUF';
  }

  #maxLength(): number {
    return fixedLengths[this.#type()] ?? (this.#info?.isLarge === true ? 0xffff_ffff : 0xffff);
  }

  #close(length: number): void {
    const large = this.#info?.isLarge === true;
    const lengthAt = eventHeaderBytes + (large ? 4 : 2) * this.#next;
    if (large) {
      this.view.setUint32(lengthAt, length, true);
    } else {
      this.view.setUint16(lengthAt, length, true);
    }
    this.#end += length;
    this.#next++;
  }
}
