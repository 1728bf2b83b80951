import type { EventView } from '../event.ts';
import { paramValue } from '../lib/params.ts';
import { pathPlaces } from '../lib/path-places.ts';
import { type Automaton, walk } from './automaton.ts';
import type { PathForm } from './formula.ts';
import { type FilterAtom, type KernelFilter, pathForms, type TypeTest } from './kernel-filter.ts';
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
  { types, automaton, kernelPaths }: KernelFilter,
  knowledge: KernelKnowledge = {},
): (event: EventView) => boolean {
  return function passes(event) {
    const filter = types[event.type];
    if (filter?.verdict !== 'test') {
      return filter?.verdict === 'pass';
    }
    const answers = askAll(filter, event, automaton, knowledge);
    return (
      isPossible(filter, answers) ||
      (kernelPaths &&
        automaton !== null &&
        isPossible(filter, addKernelPath(filter, answers, event, automaton)))
    );
  };
}

/** Bits of atoms. */
interface Answers {
  readonly possible: number;
  readonly certain: number;
}

function askAll(
  { atoms }: TypeTest,
  event: EventView,
  automaton: Automaton | null,
  knowledge: KernelKnowledge,
): Answers {
  let possible = 0;
  let certain = 0;
  for (const [bit, atom] of atoms.entries()) {
    const answer = ask(atom, event, automaton, knowledge);
    possible |= (answer & yes) === 0 ? 0 : 1 << bit;
    certain |= answer === yes ? 1 << bit : 0;
  }
  return { possible, certain };
}

function isPossible({ alternatives }: TypeTest, { possible, certain }: Answers): boolean {
  return alternatives.some(
    ({ needed, excluded }) => (needed & ~possible) === 0 && (excluded & certain) === 0,
  );
}

/** What becomes possible when the opened file's path in the kernel stands in for the event's. */
function addKernelPath(
  { atoms }: TypeTest,
  answers: Answers,
  event: EventView,
  automaton: Automaton,
): Answers {
  // Of other calls it is the path of the descriptor that they use.
  const path = event.info.createsFd ? (event.live?.kernelPath ?? null) : null;
  if (path === null) {
    return answers;
  }
  if (path.length >= longestPath) {
    return { ...answers, possible: -1 };
  }
  const mask = walk(
    automaton,
    Uint8Array.from(path, (char) => char.charCodeAt(0)),
    0,
    path.length,
  );
  let { possible } = answers;
  for (const [bit, atom] of atoms.entries()) {
    const resolves = atom.kind === 'path' && (atom.form === 'normal' || atom.form === 'absolute');
    possible |= resolves && (mask & (1 << atom.language)) !== 0 ? 1 << bit : 0;
  }
  return { ...answers, possible };
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
  // What could not be read stands as `(NULL)`.
  if (end === start || end - start >= longestPath || bytes[start] === openBracket) {
    return unknown;
  }
  const isAbsolute = bytes[start] === slash;
  if (!isAbsolute && form === 'normal') {
    return askRelative(event, param, bytes.subarray(start, end), language, automaton);
  }
  const mask = walk(automaton, bytes, start, end);
  return isDecided(mask, isAbsolute, form) ? answer((mask & (1 << language)) !== 0) : unknown;
}

// Behind the directory that the kernel names; without one nothing is said.
function askRelative(
  event: EventView,
  param: number,
  path: Uint8Array,
  language: number,
  automaton: Automaton,
): Answer {
  const place = pathPlaces[event.type]?.findIndex((one) => one.path === param) ?? -1;
  const directory = place < 0 ? null : (event.live?.directory(place) ?? null);
  if (directory === null) {
    return unknown;
  }
  const start = directory === '/' ? '/' : `${directory}/`;
  if (directory.length + 1 + path.length >= longestPath) {
    return unknown;
  }
  const whole = Uint8Array.from([...Array.from(start, (char) => char.charCodeAt(0)), ...path]);
  const mask = walk(automaton, whole, 0, whole.length);
  return (mask & pathForms.irregular) === 0 ? answer((mask & (1 << language)) !== 0) : unknown;
}

const slash = 0x2f;
const openBracket = 0x28;

/** Whether the text is that of the field, see `PathForm`. */
function isDecided(mask: number, isAbsolute: boolean, form: PathForm): boolean {
  switch (form) {
    case 'raw':
      return true;
    case 'rawOneSlash':
      return (mask & pathForms.doubled) === 0;
    case 'absolute':
      return isAbsolute;
    case 'normal':
      return isAbsolute && (mask & pathForms.irregular) === 0;
  }
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
