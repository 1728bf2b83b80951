import { type EventInfo, eventTable } from './event-table.ts';
import type { Container, Fd, StateView, Thread } from './state.ts';

/** Turns bytes `start` to `end` into a byte string (latin1). Passed in, since the fast way needs Node. */
export type ByteDecoder = (bytes: Uint8Array, start: number, end: number) => string;

/** What the live sensor knows of an event beyond scap (`null` in captures). */
export interface LiveDetails {
  readonly sequence: number;
  readonly pid: number;
  readonly startTimeNs: bigint;
  readonly cgroupId: bigint;
  readonly mountNamespace: number;
  readonly pidNamespace: number;
  readonly kernelPath: string | null;
  /** The directory that a relative path of the event starts from, by its place in `pathPlaces`; null: not told. */
  readonly directory: (place: number) => string | null;
  readonly device: number;
  readonly inode: bigint;
  /** S_IFMT of the descriptor that the event uses; 0 when it is not told. */
  readonly fileType: number;
  readonly raced: boolean;
  readonly truncated: boolean;
  readonly compat32: boolean;
}

const headerLength = 26;
const maxParams = 64;

/**
 * One event: a view over scap bytes (header, parameter lengths, parameters), never a copy.
 * It is valid until the next `reset`; whoever keeps something copies it.
 * The state tables fill `thread`, `fd` and what else fields read beside the bytes.
 */
export class EventView {
  bytes: Uint8Array = new Uint8Array(0);
  view: DataView = new DataView(new ArrayBuffer(0));
  /** Where the event's header starts in `bytes`. */
  offset = 0;
  /** Length in bytes, header included. */
  size = 0;
  /** Number of the event type. */
  type = 0;
  info: EventInfo;
  paramCount = 0;
  tid = 0;
  /** Upper and lower 32 bits of the time in ns since 1970. */
  tsHi = 0;
  tsLo = 0;
  cpu = 0;
  /** 1 for the first event that is not dropped. */
  num = 0;
  source = 'syscall';

  /** The thread that caused the event; null when unknown. */
  thread: Thread | null = null;
  /** Number of the descriptor that the event creates, uses or closes; -1 when there is none. */
  fdNum = -1;
  /** That descriptor, null when unknown. A closing event still sees it. */
  fd: Fd | null = null;
  /** The container that a container event adds or removes; null at every other event. */
  container: Container | null = null;
  /** Number of the event's plugin in `source` other than syscall; 0 for syscalls. */
  pluginId = 0;
  live: LiveDetails | null = null;
  state: StateView;
  /** What fields computed for this event and want to share; emptied by `reset`. */
  readonly cache: Map<string, unknown> = new Map();

  readonly #decode: ByteDecoder;
  readonly #starts = new Int32Array(maxParams + 1);
  #located = false;

  constructor(state: StateView, decode: ByteDecoder = decodeLatin1) {
    const first = eventTable[0];
    if (first === undefined) {
      throw new Error('the event table is empty');
    }
    this.info = first;
    this.state = state;
    this.#decode = decode;
  }

  /** Points the view at the event whose header starts at `offset`. The bytes must have been checked by their reader. */
  reset(bytes: Uint8Array, view: DataView, offset: number, cpu: number): void {
    this.bytes = bytes;
    this.view = view;
    this.offset = offset;
    this.cpu = cpu;
    this.tsLo = view.getUint32(offset, true);
    this.tsHi = view.getUint32(offset + 4, true);
    // A negative tid (-1) marks events without a thread.
    this.tid = view.getInt32(offset + 12, true) * 0x1_0000_0000 + view.getUint32(offset + 8, true);
    this.size = view.getUint32(offset + 16, true);
    this.type = view.getUint16(offset + 20, true);
    this.paramCount = view.getUint32(offset + 22, true);
    // The reader has dropped types beyond the table.
    this.info = eventTable[this.type] as EventInfo;
    this.thread = null;
    this.fd = null;
    this.fdNum = -1;
    this.container = null;
    this.live = null;
    this.#located = false;
    if (this.cache.size > 0) {
      this.cache.clear();
    }
  }

  /** Time in ns since 1970. Allocates: use the two halves on hot paths. */
  get ts(): bigint {
    return (BigInt(this.tsHi) << 32n) | BigInt(this.tsLo);
  }

  /** Offset in `bytes` of parameter `index`; call only for `index < paramCount`. */
  start(index: number): number {
    if (!this.#located) {
      this.#locate();
    }
    return this.#starts[index] as number;
  }

  /** Length in bytes of parameter `index`, 0 for one that is absent. */
  length(index: number): number {
    if (index >= this.paramCount) {
      return 0;
    }
    if (!this.#located) {
      this.#locate();
    }
    return (this.#starts[index + 1] as number) - (this.#starts[index] as number);
  }

  /** True when the parameter is there and not empty. */
  has(index: number): boolean {
    return this.length(index) > 0;
  }

  u8(index: number): number {
    return this.view.getUint8(this.start(index));
  }

  u16(index: number): number {
    return this.view.getUint16(this.start(index), true);
  }

  u32(index: number): number {
    return this.view.getUint32(this.start(index), true);
  }

  i32(index: number): number {
    return this.view.getInt32(this.start(index), true);
  }

  /** A signed 64-bit parameter that fits 2^53 by its meaning: descriptor, error, process id. */
  i64(index: number): number {
    const start = this.start(index);
    return this.view.getInt32(start + 4, true) * 0x1_0000_0000 + this.view.getUint32(start, true);
  }

  /** An unsigned 64-bit parameter: a number where it fits 2^53, otherwise a bigint. */
  u64(index: number): number | bigint {
    const start = this.start(index);
    const high = this.view.getUint32(start + 4, true);
    if (high < 0x20_0000) {
      return high * 0x1_0000_0000 + this.view.getUint32(start, true);
    }
    return this.view.getBigUint64(start, true);
  }

  /** A text parameter without its NUL; an empty parameter gives ''. */
  text(index: number): string {
    const length = this.length(index);
    if (length <= 1) {
      // One byte is the NUL alone, or a single character of a writer that left it out.
      return length === 1 && this.u8(index) !== 0 ? this.raw(index) : '';
    }
    const start = this.start(index);
    let end = start + length;
    if (this.bytes[end - 1] === 0) {
      end--;
    }
    const text = this.#decode(this.bytes, start, end);
    const nul = text.indexOf('\0');
    return nul < 0 ? text : text.slice(0, nul);
  }

  /** A parameter's bytes as a byte string. */
  raw(index: number): string {
    const length = this.length(index);
    if (length === 0) {
      return '';
    }
    const start = this.start(index);
    return this.#decode(this.bytes, start, start + length);
  }

  /** A parameter that holds texts, each ended by NUL. */
  texts(index: number): string[] {
    const raw = this.raw(index);
    if (raw === '') {
      return [];
    }
    return (raw.endsWith('\0') ? raw.slice(0, -1) : raw).split('\0');
  }

  /** Decodes any bytes of the event's buffer as a byte string. */
  decode(start: number, end: number): string {
    return this.#decode(this.bytes, start, end);
  }

  #locate(): void {
    const large = this.info.isLarge;
    const step = large ? 4 : 2;
    let lengths = this.offset + headerLength;
    const count = Math.min(this.paramCount, maxParams);
    let start = lengths + step * this.paramCount;
    const starts = this.#starts;
    for (let i = 0; i < count; i++) {
      starts[i] = start;
      start += large ? this.view.getUint32(lengths, true) : this.view.getUint16(lengths, true);
      lengths += step;
    }
    starts[count] = start;
    this.#located = true;
  }
}

/** The decoder that works everywhere; Node's `Buffer.latin1Slice` is faster. */
export function decodeLatin1(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  // `apply` takes its arguments from the stack, so long ranges go in pieces.
  for (let from = start; from < end; from += 4096) {
    text += String.fromCharCode.apply(
      null,
      // An array-like of numbers is what `apply` needs; the declared type asks for an array.
      bytes.subarray(from, Math.min(end, from + 4096)) as unknown as number[],
    );
  }
  return text;
}
