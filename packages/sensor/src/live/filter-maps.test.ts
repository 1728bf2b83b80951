import { type Automaton, eventId, eventTable, type KernelFilter, type TypeFilter } from '@lanner/engine';
import { expect, test } from 'vitest';
import { encodeFilter, FilterMaps, filterSlotBytes } from './filter-maps.ts';

const openat = eventId('SYSCALL_OPENAT_2_X');
const openat2 = eventId('SYSCALL_OPENAT2_X');

/** A filter that drops everything but what it is told of. */
function filterOf(types: ReadonlyMap<number, TypeFilter>, automaton: Automaton | null = null): KernelFilter {
  return {
    types: eventTable.map(({ id }) => types.get(id) ?? { verdict: 'drop' }),
    automaton,
    kernelPaths: true,
    notes: [],
  };
}

function rangeTest(...ranges: readonly (readonly [number, number])[]): TypeFilter {
  return {
    verdict: 'test',
    atoms: [{ kind: 'range', param: 0, ranges }],
    alternatives: [{ needed: 1, excluded: 0 }],
  };
}

function viewOf(filter: KernelFilter): DataView {
  return new DataView(encodeFilter(filter).bytes.buffer);
}

const testsAt = 1024;
const headBytes = 32;
const alternativeBytes = 12;
const firstAtomAt = testsAt + headBytes + 16 * alternativeBytes;
const rangesAt = 31_744;
const pairsAt = 48_128;
const cellsAt = 48_392;

test('types are dropped, passed, or share a test', () => {
  const view = viewOf(
    filterOf(
      new Map([
        [openat, rangeTest([0, Infinity])],
        [openat2, rangeTest([0, Infinity])],
        [eventId('SYSCALL_CLOSE_X'), { verdict: 'pass', because: 'a rule' }],
      ]),
    ),
  );
  expect(view.byteLength).toBe(filterSlotBytes);
  expect(view.getUint16(2 * openat, true)).toBe(1);
  expect(view.getUint16(2 * openat2, true)).toBe(1);
  expect(view.getUint16(2 * eventId('SYSCALL_CLOSE_X'), true)).toBe(0xffff);
  expect(view.getUint16(2 * eventId('SYSCALL_READ_X'), true)).toBe(0);
  // One atom, none of them a path, one parameter, one alternative.
  expect([0, 2, 4, 6].map((at) => view.getUint16(testsAt + at, true))).toEqual([1, 1, 1, 1]);
  expect(view.getBigInt64(rangesAt, true)).toBe(0n);
  expect(view.getBigInt64(rangesAt + 8, true)).toBe(2n ** 63n - 1n);
});

test('atoms that cost least come first, and alternatives follow them', () => {
  const view = viewOf(
    filterOf(
      new Map<number, TypeFilter>([
        [
          openat,
          {
            verdict: 'test',
            atoms: [
              { kind: 'path', param: 2, form: 'normal', language: 5 },
              { kind: 'bits', param: 3, mask: 2 },
            ],
            alternatives: [
              { needed: 1, excluded: 0 },
              { needed: 2, excluded: 1 },
            ],
          },
        ],
      ]),
    ),
  );
  expect([0, 2, 4].map((at) => view.getUint16(testsAt + at, true))).toEqual([2, 1, 4]);
  // Two alternatives; the kernel's path counts, one parameter has a path, and an open is decided on briefly.
  expect([6, 7].map((at) => view.getUint8(testsAt + at))).toEqual([2, 7]);
  // The second atom asks for a normal path; without an automaton none is said to ask for pairs only.
  expect(Array.from({ length: 6 }, (_, i) => view.getUint32(testsAt + 8 + 4 * i, true))).toEqual([
    0, 2, 0, 0, 0, 0,
  ]);
  // Both alternatives, with the languages that they ask for.
  expect(Array.from({ length: 6 }, (_, i) => view.getUint32(testsAt + headBytes + 4 * i, true))).toEqual([
    2, 0, 32, 1, 2, 32,
  ]);
  const atomsAt = firstAtomAt;
  // Bits of an unsigned number of four bytes; the path of language 5.
  expect([...new Uint8Array(view.buffer, atomsAt, 4)]).toEqual([2, 3, 4, 0]);
  expect([...new Uint8Array(view.buffer, atomsAt + 8, 4)]).toEqual([3, 2, 3, 0]);
  expect(view.getUint32(atomsAt + 12, true)).toBe(32);
});

test('more ranges than there is room for become wider, never narrower', () => {
  const ranges = Array.from({ length: 20 }, (_, i) => [10 * i, 10 * i + (i === 7 ? 8 : 0)] as const);
  const view = viewOf(filterOf(new Map([[openat, rangeTest(...ranges)]])));
  const count = view.getUint8(firstAtomAt + 3);
  expect(count).toBe(8);
  const kept = Array.from({ length: count }, (_, i) => [
    Number(view.getBigInt64(rangesAt + 16 * i, true)),
    Number(view.getBigInt64(rangesAt + 16 * i + 8, true)),
  ]);
  for (const [low, high] of ranges) {
    expect(kept.some(([from, to]) => from! <= low && high <= to!)).toBe(true);
  }
});

test('tests that find no room pass, and are named', () => {
  const calls = eventTable.filter(({ params }) => params[0]?.type === 'ERRNO').slice(0, 70);
  const types = new Map(calls.map(({ id }, i) => [id, rangeTest([i, i])]));
  const { bytes, untested } = encodeFilter(filterOf(types));
  expect(untested).toEqual(calls.slice(64).map(({ name }) => name));
  expect(new DataView(bytes.buffer).getUint16(2 * calls[65]!.id, true)).toBe(0xffff);
});

test('an automaton is rows of cells; one that is too large leaves all tests out', () => {
  const automaton: Automaton = {
    classes: new Uint8Array(256).fill(1, 97, 98),
    classCount: 2,
    next: Uint16Array.of(0, 1, 0, 1),
    seen: Uint32Array.of(0, 4),
    final: Uint32Array.of(1, 2),
    stateCount: 2,
  };
  const view = viewOf(filterOf(new Map([[openat, rangeTest([0, 1])]]), automaton));
  // What holds from here on, what holds at the end, what can be reached, and a cell for each class.
  expect(Array.from({ length: 10 }, (_, i) => view.getUint32(cellsAt + 4 * i, true))).toEqual([
    ...[0, 1, 7, 0, 5 + 2 ** 31],
    ...[4, 2, 7, 0, 5 + 2 ** 31],
  ]);
  expect(view.getUint32(pairsAt, true)).toBe(~7 >>> 0);
  const large = { ...automaton, stateCount: 20_000 };
  expect(encodeFilter(filterOf(new Map([[openat, rangeTest([0, 1])]]), large)).untested).toEqual(['openat']);
});

test('a reload writes the tables that are not in use, and switches when they are whole', () => {
  const slots = new Uint8Array(2 * filterSlotBytes);
  const position = new Uint8Array(8);
  const maps = new FilterMaps(slots, position);
  const typeOf = (slot: number): number =>
    new DataView(slots.buffer).getUint16(slot * filterSlotBytes + 2 * openat, true);
  const pass = encodeFilter(filterOf(new Map([[openat, { verdict: 'pass', because: 'a rule' }]])));
  expect(position[0]).toBe(0);
  maps.narrow(pass);
  expect([position[0], typeOf(0), typeOf(1)]).toEqual([1, 0xffff, 0]);
  maps.widen();
  expect(position[0]).toBe(0);
  maps.narrow(encodeFilter(filterOf(new Map())));
  expect([position[0], typeOf(0), typeOf(1)]).toEqual([2, 0xffff, 0]);
  maps.narrow(pass);
  maps.narrow(pass);
  expect([position[0], typeOf(0), typeOf(1)]).toEqual([2, 0xffff, 0xffff]);
});
