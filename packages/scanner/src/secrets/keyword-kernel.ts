/**
 * The loop of the keyword automaton in WebAssembly: JavaScript spends most of its time on checks of bounds there. It walks
 * several parts of a text at once, since each step waits for the state that the last one read.
 */
export interface KeywordKernel {
  /** Gives it a part, at most `kernelPartBytes`. */
  readonly put: (part: number, bytes: Uint8Array) => void;
  /** Walks so many bytes of every part; `states` are where each begins, and afterwards where each ended. Gives how many `found` has. */
  readonly run: (length: number, states: Uint32Array) => number;
  /** In pairs: `part + parts * offset`, and the state that was reached there. */
  readonly found: Uint32Array;
}

/** Parts that are walked at once: with fewer, the processor waits; with more, it lacks registers. */
export const kernelParts = 8;
/** Bytes that a part has room for. */
export const kernelPartBytes = 8 * 1024;

export interface KernelTables {
  /** The class of each byte. */
  readonly classes: Uint8Array;
  /** Rows of the next states, by class. */
  readonly table: Uint16Array;
  /** States from this one on are told. */
  readonly firstFound: number;
}

// What lies where in its memory.
const tableAt = 0;
const classesAt = 2 * 65_536;
const statesAt = classesAt + 256;
const partsAt = classesAt + 1024;
const foundAt = partsAt + kernelParts * kernelPartBytes;
const pages = Math.ceil((foundAt + 8 * kernelParts * kernelPartBytes) / 65_536);

interface KernelExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly run: (length: number, firstFound: number) => number;
}

/** The types of Node leave it to those of browsers. */
declare const WebAssembly:
  | {
      readonly Module: new (bytes: Uint8Array) => object;
      readonly Instance: new (module: object) => { readonly exports: unknown };
    }
  | undefined;

let compiled: object | null = null;

/** null where WebAssembly cannot run. */
export function keywordKernel({ classes, table, firstFound }: KernelTables): KeywordKernel | null {
  if (typeof WebAssembly === 'undefined') {
    return null;
  }
  compiled ??= new WebAssembly.Module(moduleBytes());
  // What `moduleBytes` exports.
  const { memory, run } = new WebAssembly.Instance(compiled).exports as KernelExports;
  const { buffer } = memory;
  new Uint16Array(buffer, tableAt, table.length).set(table);
  const all = new Uint8Array(buffer);
  all.set(classes, classesAt);
  const states = new Uint32Array(buffer, statesAt, kernelParts);
  return {
    put: (part, bytes) => all.set(bytes, partsAt + part * kernelPartBytes),
    run: (length, given) => {
      states.set(given);
      const count = run(length, firstFound);
      given.set(states);
      return count;
    },
    found: new Uint32Array(buffer, foundAt, 2 * kernelParts * kernelPartBytes),
  };
}

// Instructions and types of WebAssembly, by the names of its specification.
const i32 = 0x7f;
const op = {
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  end: 0x0b,
  branchIf: 0x0d,
  localGet: 0x20,
  localSet: 0x21,
  localTee: 0x22,
  load: 0x28,
  loadByte: 0x2d,
  loadHalf: 0x2f,
  store: 0x36,
  constant: 0x41,
  isZero: 0x45,
  lessUnsigned: 0x49,
  notLessUnsigned: 0x4f,
  add: 0x6a,
  or: 0x72,
  shiftLeft: 0x74,
  shiftRight: 0x76,
} as const;
const noResult = 0x40;

// Parameters and variables of the function.
const length = 0;
const firstFound = 1;
const at = 2;
const out = 3;
const stateOf = (part: number): number => 4 + part;

function moduleBytes(): Uint8Array<ArrayBuffer> {
  const parts = Array.from({ length: kernelParts }, (_, i) => i);
  const body = [
    ...parts.flatMap((part) => [
      ...[op.constant, 0, op.load, 2, ...unsigned(statesAt + 4 * part)],
      ...[op.localSet, stateOf(part)],
    ]),
    ...[op.block, noResult, op.localGet, length, op.isZero, op.branchIf, 0],
    ...[op.loop, noResult],
    ...parts.flatMap(step),
    // The next byte, while there are any.
    ...[op.localGet, at, op.constant, 1, op.add, op.localTee, at],
    ...[op.localGet, length, op.lessUnsigned, op.branchIf, 0],
    ...[op.end, op.end],
    ...parts.flatMap((part) => [
      ...[op.constant, 0, op.localGet, stateOf(part), op.store, 2, ...unsigned(statesAt + 4 * part)],
    ]),
    ...[op.localGet, out, op.constant, 3, op.shiftRight],
    op.end,
  ];
  const code = [1, ...unsigned(2 + kernelParts), i32, ...body];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    // A function of two numbers that gives one.
    ...section(1, [1, 0x60, 2, i32, i32, 1, i32]),
    ...section(3, [1, 0]),
    ...section(5, [1, 1, ...unsigned(pages), ...unsigned(pages)]),
    ...section(7, [2, ...name('memory'), 2, 0, ...name('run'), 0, 0]),
    ...section(10, [1, ...unsigned(code.length), ...code]),
  ]);
}

/** One byte of a part: its class chooses from the row of the state; a state that is told is written down. */
function step(part: number): number[] {
  const state = stateOf(part);
  return [
    ...[op.localGet, at, op.loadByte, 0, ...unsigned(partsAt + part * kernelPartBytes)],
    ...[op.loadByte, 0, ...unsigned(classesAt)],
    ...[op.localGet, state, op.add, op.constant, 1, op.shiftLeft],
    ...[op.loadHalf, 1, ...unsigned(tableAt), op.localTee, state],
    ...[op.localGet, firstFound, op.notLessUnsigned, op.if, noResult],
    ...[op.localGet, out, op.localGet, at, op.constant, ...signed(Math.log2(kernelParts)), op.shiftLeft],
    ...[op.constant, ...signed(part), op.or, op.store, 2, ...unsigned(foundAt)],
    ...[op.localGet, out, op.localGet, state, op.store, 2, ...unsigned(foundAt + 4)],
    ...[op.localGet, out, op.constant, ...signed(8), op.add, op.localSet, out],
    op.end,
  ];
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...unsigned(content.length), ...content];
}

function name(text: string): number[] {
  return [text.length, ...Buffer.from(text)];
}

/** LEB128: seven bits a byte, the lowest first; the eighth says that more follow. */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

/** The same for numbers with a sign, of which the last byte has it; only small positive ones. */
function signed(value: number): number[] {
  return value < 0x40 ? [value] : [(value & 0x7f) | 0x80, ...signed(value >> 7)];
}
