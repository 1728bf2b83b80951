import {
  type Automaton,
  eventId,
  eventTable,
  type FilterAtom,
  type KernelFilter,
  numberShape,
  pairLanguages,
  reachedLanguages,
  type TypeTest,
} from '@lanner/engine';

// The layout of `struct filter_tables` in packages/sensor/bpf/filter.h; docs/kernel-filter.md describes it.
const typeCount = 512;
const testCount = 64;
const atomCount = 32;
const alternativeCount = 16;
const rangeCount = 1024;
const atomRangeCount = 8;
const cellCount = 1 << 16;

const testHead = 32;
const alternativeBytes = 12;
const atomBytes = 8;
const testBytes = testHead + alternativeBytes * alternativeCount + atomBytes * atomCount;
const testsAt = 2 * typeCount;
const rangesAt = testsAt + testBytes * testCount;
const pairsAt = rangesAt + 16 * rangeCount;
const generationAt = pairsAt + 4;
const classesAt = pairsAt + 8;
const cellsAt = classesAt + 256;

/** Bytes of one set of tables; the map holds two, one behind the other. */
export const filterSlotBytes: number = cellsAt + 4 * cellCount;

export const filterSwitchBytes = 8;

/** A row of the automaton: `seen`, `final`, what can be reached, and a cell for each class of bytes. */
const rowHead = 3;
const hasSeen = 2 ** 31;

const dropped = 0;
const passed = 0xffff;
const kinds = { unknown: 0, range: 1, bits: 2, path: 3, ports: 4 } as const;
const forms = { raw: 0, rawOneSlash: 1, absolute: 2, normal: 3 } as const;
const signedBit = 0x80;
const kernelPathFlag = 1;
const onePathFlag = 2;
const briefFlag = 4;
/** Opens that can be decided on before their event is put together, and their parameters. */
const briefTypes: ReadonlyMap<
  number,
  { readonly path: number; readonly flags: number; readonly mode: number }
> = new Map([
  [eventId('SYSCALL_OPEN_X'), { path: 1, flags: 2, mode: 3 }],
  [eventId('SYSCALL_OPENAT_2_X'), { path: 2, flags: 3, mode: 4 }],
]);
const maxGeneration = 2 ** 32 - 1;
const lowest = -(2n ** 63n);
const highest = 2n ** 63n - 1n;

export interface EncodedFilter {
  readonly bytes: Uint8Array;
  /** Event types that pass although the filter has a test for them: the tables have no room for it. */
  readonly untested: readonly string[];
}

/** A filter as the kernel reads it. What does not fit passes. */
export function encodeFilter({ types, automaton, kernelPaths }: KernelFilter): EncodedFilter {
  const writer = new TableWriter();
  const fits = automaton === null || writer.writeAutomaton(automaton);
  const untested: string[] = [];
  for (const [id, filter] of types.entries()) {
    let code: number = filter.verdict === 'drop' ? dropped : passed;
    if (filter.verdict === 'test') {
      const number = fits ? writer.numberOf(filter, id, kernelPaths) : null;
      if (number === null) {
        untested.push(eventTable[id]?.name ?? '');
      } else {
        code = 1 + number;
      }
    }
    writer.view.setUint16(2 * id, code, true);
  }
  return { bytes: writer.bytes, untested };
}

class TableWriter {
  readonly bytes: Uint8Array = new Uint8Array(filterSlotBytes);
  readonly view: DataView = new DataView(this.bytes.buffer);
  /** Calls of one kind have equal tests. */
  readonly #numbers = new Map<string, number>();
  #ranges = 0;
  #pairLanguages = 0;

  /** False when it does not fit. */
  writeAutomaton(automaton: Automaton): boolean {
    const { classes, classCount, next, seen, final, stateCount } = automaton;
    const stride = rowHead + classCount;
    if (stateCount * stride > cellCount || classCount + rowHead > 256) {
      return false;
    }
    const reached = reachedLanguages(automaton);
    this.#pairLanguages = pairLanguages(automaton);
    this.view.setUint32(pairsAt, this.#pairLanguages, true);
    const cells = new Uint32Array(stateCount * stride);
    for (let state = 0; state < stateCount; state++) {
      const row = state * stride;
      cells[row] = seen[state] ?? 0;
      cells[row + 1] = final[state] ?? 0;
      cells[row + 2] = reached[state] ?? 0;
      for (let i = 0; i < classCount; i++) {
        const target = next[state * classCount + i] ?? 0;
        cells[row + rowHead + i] = target * stride + (seen[target] === 0 ? 0 : hasSeen);
      }
    }
    cells.forEach((cell, i) => this.view.setUint32(cellsAt + 4 * i, cell, true));
    classes.forEach((number, byte) => this.view.setUint8(classesAt + byte, rowHead + number));
    return true;
  }

  /** Writes a test where there is none like it; null when there is no room for another one. */
  numberOf(test: TypeTest, type: number, kernelPaths: boolean): number | null {
    const records = test.atoms.map((atom) => encodeAtom(atom, type));
    const isBrief = isBriefly(records, type);
    const key = JSON.stringify([records, test.alternatives, isBrief], (_, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    const known = this.#numbers.get(key);
    if (known !== undefined) {
      return known;
    }
    const number = this.#numbers.size;
    const ranges = records.flatMap((record) => record.ranges).length;
    if (
      number === testCount ||
      this.#ranges + ranges > rangeCount ||
      test.alternatives.length > alternativeCount ||
      test.atoms.length > atomCount
    ) {
      return null;
    }
    this.#numbers.set(key, number);
    const flags = (kernelPaths ? kernelPathFlag : 0) | (isBrief ? briefFlag : 0);
    this.#writeTest(testsAt + testBytes * number, records, test.alternatives, flags);
    return number;
  }

  #writeTest(
    at: number,
    records: readonly AtomRecord[],
    alternatives: TypeTest['alternatives'],
    flags: number,
  ): void {
    const places = pathsLast(records);
    const parameters = records.map(({ parameter, form, kind }) =>
      Math.max(parameter, kind === kinds.ports ? form : 0),
    );
    this.view.setUint16(at, records.length, true);
    this.view.setUint16(at + 2, records.filter(({ kind }) => kind !== kinds.path).length, true);
    this.view.setUint16(at + 4, 1 + Math.max(0, ...parameters), true);
    this.view.setUint8(at + 6, alternatives.length);
    const resolves = records.some(({ kind, form }) => kind === kinds.path && form >= forms.absolute);
    const paths = records.filter(({ kind }) => kind === kinds.path);
    const hasOne = new Set(paths.map(({ parameter }) => parameter)).size === 1;
    const unresolved = resolves ? 0 : kernelPathFlag;
    this.view.setUint8(at + 7, (flags & ~unresolved) | (hasOne ? onePathFlag : 0));
    this.#writeForms(at + 8, records, places);
    for (const [i, { needed, excluded }] of alternatives.entries()) {
      const start = at + testHead + alternativeBytes * i;
      this.view.setUint32(start, moveBits(needed, places), true);
      this.view.setUint32(start + 4, moveBits(excluded, places), true);
      const asked = records.filter(
        ({ kind }, bit) => kind === kinds.path && ((needed | excluded) & (1 << bit)) !== 0,
      );
      this.view.setUint32(start + 8, unite(asked.map(({ mask }) => mask)), true);
    }
    for (const [i, record] of records.entries()) {
      this.#writeAtom(
        at + testHead + alternativeBytes * alternativeCount + atomBytes * (places[i] ?? 0),
        record,
      );
    }
  }

  /** Which atoms ask for a path as it is, for a normal and for an absolute one; then those that ask for pairs only. */
  #writeForms(at: number, records: readonly AtomRecord[], places: readonly number[]): void {
    const groups: readonly (readonly number[])[] = [
      [forms.raw, forms.rawOneSlash],
      [forms.normal],
      [forms.absolute],
    ];
    for (const [i, group] of groups.entries()) {
      let all = 0;
      let pairs = 0;
      for (const [bit, { kind, form, mask }] of records.entries()) {
        if (kind === kinds.path && group.includes(form)) {
          all |= 1 << (places[bit] ?? 0);
          pairs |= (mask & ~this.#pairLanguages) === 0 ? 1 << (places[bit] ?? 0) : 0;
        }
      }
      this.view.setUint32(at + 4 * i, all >>> 0, true);
      this.view.setUint32(at + 12 + 4 * i, pairs >>> 0, true);
    }
  }

  #writeAtom(at: number, { kind, parameter, form, mask, ranges }: AtomRecord): void {
    this.view.setUint8(at, kind);
    this.view.setUint8(at + 1, parameter);
    this.view.setUint8(at + 2, form);
    this.view.setUint8(at + 3, ranges.length);
    this.view.setUint32(at + 4, ranges.length === 0 ? mask : this.#ranges, true);
    for (const [low, high] of ranges) {
      this.view.setBigInt64(rangesAt + 16 * this.#ranges, low, true);
      this.view.setBigInt64(rangesAt + 16 * this.#ranges + 8, high, true);
      this.#ranges++;
    }
  }
}

/** Whether an open of this type can be decided on by its flags, whether it failed and its path alone. */
function isBriefly(records: readonly AtomRecord[], type: number): boolean {
  const places = briefTypes.get(type);
  return (
    places !== undefined &&
    records.some(({ kind }) => kind === kinds.path) &&
    records.every(({ kind, parameter, ranges }) => {
      switch (kind) {
        case kinds.unknown:
          return true;
        case kinds.path:
          return parameter === places.path;
        case kinds.range:
          // What lies behind the mode is only known once the open is to be kept.
          return (
            parameter === places.flags ||
            parameter > places.mode ||
            (parameter === 0 && ranges.every(asksForSuccess))
          );
        case kinds.bits:
          return parameter === places.flags;
        default:
          return false;
      }
    })
  );
}

/** All descriptors are alike to the range. */
function asksForSuccess([low, high]: readonly [bigint, bigint]): boolean {
  return high < 0n || (low <= 0n && high >= 2n ** 31n - 1n);
}

/** The place of each atom: those that cost least first, paths of one parameter together. */
function pathsLast(records: readonly AtomRecord[]): number[] {
  const weight = ({ kind, parameter }: AtomRecord): number => (kind === kinds.path ? 1 + parameter : 0);
  const order = [...records.keys()].sort(
    (a, b) => weight(records[a] as AtomRecord) - weight(records[b] as AtomRecord),
  );
  const places: number[] = [];
  for (const [place, i] of order.entries()) {
    places[i] = place;
  }
  return places;
}

function unite(masks: readonly number[]): number {
  let united = 0;
  for (const mask of masks) {
    united |= mask;
  }
  return united >>> 0;
}

function moveBits(mask: number, places: readonly number[]): number {
  let moved = 0;
  for (const [bit, place] of places.entries()) {
    moved |= (mask & (1 << bit)) === 0 ? 0 : 1 << place;
  }
  return moved >>> 0;
}

interface AtomRecord {
  readonly kind: number;
  readonly parameter: number;
  readonly form: number;
  readonly mask: number;
  readonly ranges: readonly (readonly [low: bigint, high: bigint])[];
}

function encodeAtom(atom: FilterAtom, type: number): AtomRecord {
  const none = { kind: kinds.unknown, parameter: 0, form: 0, mask: 0, ranges: [] };
  switch (atom.kind) {
    case 'range':
      return { ...none, ...numberForm(type, atom.param), kind: kinds.range, ranges: fewRanges(atom.ranges) };
    case 'bits':
      return { ...none, ...numberForm(type, atom.param), kind: kinds.bits, mask: atom.mask };
    case 'path':
      return {
        ...none,
        kind: kinds.path,
        parameter: atom.param,
        form: forms[atom.form],
        mask: (1 << atom.language) >>> 0,
      };
    case 'ports':
      return {
        ...none,
        kind: kinds.ports,
        parameter: atom.tuple,
        form: atom.address,
        ranges: fewRanges(atom.ranges),
      };
    case 'container':
      // Which cgroups are containers is not told to the kernel: a process can be moved after its name was learnt.
      return none;
  }
}

function numberForm(type: number, parameter: number): { readonly parameter: number; readonly form: number } {
  const param = eventTable[type]?.params[parameter];
  const shape = param === undefined ? null : numberShape(param.type);
  if (shape === null) {
    throw new Error(`parameter ${parameter} of event type ${type} is no number`);
  }
  return { parameter, form: shape.width | (shape.signed ? signedBit : 0) };
}

/** At most as many ranges as there is room for: those with the least between them become one. */
function fewRanges(ranges: readonly (readonly [number, number])[]): [bigint, bigint][] {
  const few = ranges.map(([low, high]): [bigint, bigint] => [toInteger(low), toInteger(high)]);
  while (few.length > atomRangeCount) {
    let closest = 1;
    for (let i = 2; i < few.length; i++) {
      if (gapBefore(few, i) < gapBefore(few, closest)) {
        closest = i;
      }
    }
    const [[low], [, high]] = [few[closest - 1], few[closest]] as [[bigint, bigint], [bigint, bigint]];
    few.splice(closest - 1, 2, [low, high]);
  }
  return few;
}

function gapBefore(ranges: readonly (readonly [bigint, bigint])[], i: number): bigint {
  return (ranges[i]?.[0] ?? 0n) - (ranges[i - 1]?.[1] ?? 0n);
}

function toInteger(end: number): bigint {
  if (Number.isFinite(end)) {
    return BigInt(end);
  }
  return end < 0 ? lowest : highest;
}

/**
 * The filter in the kernel's memory: two sets of tables of which the programs read one, and the switch that says which.
 * A reload widens first, then changes the rules, then narrows: at no time is an event dropped that the rules in use
 * want. The tables of the last filter stay as they are until the one after the next is written, so that a program that
 * still reads them reads the whole of them.
 */
export class FilterMaps {
  readonly #slots: Uint8Array;
  readonly #switch: Int32Array;
  #last = 1;
  #generation = 0;

  /** `slots` is the memory of `filter_slots`, `position` that of `filter_switch`. */
  constructor(slots: Uint8Array, position: Uint8Array) {
    this.#slots = slots;
    this.#switch = new Int32Array(position.buffer, position.byteOffset, 1);
  }

  /** Lets everything pass. */
  widen(): void {
    Atomics.store(this.#switch, 0, 0);
  }

  /** Drops what the filter drops from the next event on. */
  narrow({ bytes }: EncodedFilter): void {
    this.#last = 1 - this.#last;
    const at = this.#last * filterSlotBytes;
    this.#slots.set(bytes, at);
    // What a processor has kept of other tables does not count for these.
    this.#generation = (this.#generation % maxGeneration) + 1;
    new DataView(this.#slots.buffer, this.#slots.byteOffset + at).setUint32(
      generationAt,
      this.#generation,
      true,
    );
    Atomics.store(this.#switch, 0, 1 + this.#last);
  }
}
