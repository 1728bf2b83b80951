import type { EventView } from '../event.ts';
import { paramValue } from '../lib/params.ts';
import { type Automaton, walk } from './automaton.ts';
import type { PathForm } from './formula.ts';
import type { FilterAtom, KernelFilter, TypeTest } from './kernel-filter.ts';
import { inRanges, type Ranges } from './ranges.ts';

/** What the kernel knows of an event beyond its parameters. */
export interface KernelKnowledge {
  /** Whether the process runs in a container; null when that is not known. */
  readonly inContainer?: (event: EventView) => boolean | null;
}

const no = 1;
const yes = 2;
const unknown = 3;
/** The answer to a question about an event: a bit for each answer that is possible. */
type Answer = typeof no | typeof yes | typeof unknown;

/** Paths from here on may get a name of their own, so nothing is said of them. */
const longestPath = 1000;

/** Whether events pass: what the kernel does, in JavaScript. */
export function createFilter(
  { types, automaton }: KernelFilter,
  knowledge: KernelKnowledge = {},
): (event: EventView) => boolean {
  return function passes(event) {
    const filter = types[event.type];
    if (filter?.verdict !== 'test') {
      return filter?.verdict === 'pass';
    }
    return passesTest(filter, event, automaton, knowledge);
  };
}

function passesTest(
  { atoms, alternatives }: TypeTest,
  event: EventView,
  automaton: Automaton | null,
  knowledge: KernelKnowledge,
): boolean {
  let possible = 0;
  let certain = 0;
  for (const [bit, atom] of atoms.entries()) {
    const answer = ask(atom, event, automaton, knowledge);
    possible |= (answer & yes) === 0 ? 0 : 1 << bit;
    certain |= answer === yes ? 1 << bit : 0;
  }
  return alternatives.some(
    ({ needed, excluded }) => (needed & ~possible) === 0 && (excluded & certain) === 0,
  );
}

function ask(
  atom: FilterAtom,
  event: EventView,
  automaton: Automaton | null,
  { inContainer }: KernelKnowledge,
): Answer {
  switch (atom.kind) {
    case 'range':
      return askNumber(event, atom.param, (value) => inRanges(atom.ranges, value));
    case 'bits':
      return askNumber(event, atom.param, (value) => (value & atom.mask) !== 0);
    case 'path':
      return automaton === null ? unknown : askPath(event, atom.param, atom.form, atom.language, automaton);
    case 'ports':
      return askPorts(event, atom.tuple, atom.address, atom.ranges);
    case 'container': {
      const inside = inContainer?.(event) ?? null;
      return inside === null ? unknown : answer(inside);
    }
  }
}

function answer(holds: boolean): Answer {
  return holds ? yes : no;
}

function askNumber(event: EventView, param: number, test: (value: number) => boolean): Answer {
  const value = paramValue(event, param);
  return typeof value === 'number' ? answer(test(value)) : unknown;
}

function askPath(
  event: EventView,
  param: number,
  form: PathForm,
  language: number,
  automaton: Automaton,
): Answer {
  const length = event.length(param);
  if (length < 2) {
    return unknown;
  }
  const { bytes } = event;
  const start = event.start(param);
  const nul = bytes.subarray(start, start + length).indexOf(0);
  const end = nul < 0 ? start + length : start + nul;
  return isDecided(bytes, start, end, form)
    ? answer((walk(automaton, bytes, start, end) & (1 << language)) !== 0)
    : unknown;
}

const slash = 0x2f;
const dot = 0x2e;

/** Whether the text is that of the field, see `PathForm`. */
function isDecided(bytes: Uint8Array, start: number, end: number, form: PathForm): boolean {
  // What could not be read stands as `(NULL)`.
  if (end - start === 0 || end - start >= longestPath || bytes[start] === 0x28) {
    return false;
  }
  if (form === 'raw') {
    return true;
  }
  if (form !== 'rawOneSlash' && bytes[start] !== slash) {
    return false;
  }
  return form === 'absolute' || isRegular(bytes, start, end, form === 'normal');
}

/** No empty component, and with `names` no final slash, `.` or `..` either. */
function isRegular(bytes: Uint8Array, start: number, end: number, names: boolean): boolean {
  // Bytes since the last slash while all of them are dots; -1 once another one has come.
  let dots = -1;
  for (let i = start; i < end; i++) {
    const byte = bytes[i];
    if (byte === slash) {
      if (dots === 0 || (names && (dots === 1 || dots === 2))) {
        return false;
      }
      dots = 0;
    } else {
      dots = byte === dot && dots >= 0 ? dots + 1 : -1;
    }
  }
  return !names || end - start === 1 || dots < 0 || dots > 2;
}

const inet = 2;
const inet6 = 10;
const inProgress = -115;

function askPorts(event: EventView, tuple: number, address: number, ranges: Ranges): Answer {
  const result = paramValue(event, 0);
  if (result !== 0 && result !== inProgress) {
    return unknown;
  }
  const ports = [...portsOf(event, tuple, 2), ...portsOf(event, address, 1)];
  return ports.length === 0 ? unknown : answer(ports.some((port) => inRanges(ranges, port)));
}

/** The ports of an address or of two; none when it is of another family. */
function portsOf(event: EventView, param: number, count: 1 | 2): number[] {
  const length = event.length(param);
  const family = length === 0 ? 0 : event.u8(param);
  const size = family === inet ? 4 : family === inet6 ? 16 : 0;
  if (size === 0 || length < 1 + count * (size + 2)) {
    return [];
  }
  const start = event.start(param) + 1;
  return Array.from({ length: count }, (_, i) => event.view.getUint16(start + i * (size + 2) + size, true));
}
