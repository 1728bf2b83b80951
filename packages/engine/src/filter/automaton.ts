import type { Language, Pattern, PatternItem } from './pattern.ts';

/**
 * A table that decides for one text which of up to 32 languages it belongs to, in one step a byte. `seen` are languages
 * that a text belongs to from a state on, however it goes on; `final` those that it belongs to when it ends there.
 */
export interface Automaton {
  /** By byte: its class. */
  readonly classes: Uint8Array;
  readonly classCount: number;
  /** `next[state * classCount + class]` is a state; state 0 is the start. */
  readonly next: Uint16Array;
  readonly seen: Uint32Array;
  readonly final: Uint32Array;
  readonly stateCount: number;
}

export interface AutomatonBudget {
  readonly maxStates: number;
  readonly maxTableBytes: number;
}

export const maxLanguages = 32;
export const noLanguage: Language = { patterns: [], key: '' };

/** One automaton for several languages; null when it would not fit the budget. */
export function buildAutomaton(languages: readonly Language[], budget: AutomatonBudget): Automaton | null {
  return languages.length > maxLanguages ? null : new Builder(languages, budget).build();
}

/** The languages, as bits, that bytes `start` to `end` belong to. */
export function walk(automaton: Automaton, bytes: Uint8Array, start: number, end: number): number {
  const { classes, classCount, next, seen, final } = automaton;
  let state = 0;
  let mask = seen[0] as number;
  for (let i = start; i < end; i++) {
    state = next[state * classCount + (classes[bytes[i] as number] as number)] as number;
    mask |= seen[state] as number;
  }
  return (mask | (final[state] as number)) >>> 0;
}

/** A place in a pattern: everything before it has been matched. */
interface Position {
  readonly id: number;
  /** Null at the end of the pattern. */
  readonly item: PatternItem | null;
  /** The language's bit; at a final gap the pattern holds whatever follows. */
  readonly bit: number;
  readonly isLasting: boolean;
  readonly next: Position | null;
}

interface StateSet {
  readonly positions: readonly Position[];
  readonly seen: number;
}

/**
 * Subset construction. Behind a gap at its start a pattern may begin at every byte: those places are in every state, and
 * are kept apart (`#always`), so that states stay small.
 */
class Builder {
  readonly #budget: AutomatonBudget;
  readonly #classes: Uint8Array;
  readonly #representatives: readonly number[];
  readonly #always: readonly Position[];
  readonly #first: StateSet;
  readonly #numbers = new Map<string, number>();
  readonly #sets: StateSet[] = [];
  readonly #next: number[] = [];
  #positionCount = 0;

  constructor(languages: readonly Language[], budget: AutomatonBudget) {
    this.#budget = budget;
    const all = languages.flatMap(({ patterns }) => patterns);
    this.#classes = byteClasses(all);
    this.#representatives = firstOfEach(this.#classes);
    const starts = languages.flatMap(({ patterns }, i) =>
      patterns.map((pattern) => this.#chain(pattern, 1 << i)),
    );
    const isOpen = (start: Position): boolean => isOpenStart(start) && !start.isLasting;
    // Behind an open start that does not last there is always a place.
    this.#always = closure(starts.filter(isOpen).map((start) => start.next as Position)).positions;
    this.#first = closure(starts.filter((start) => !isOpen(start)));
  }

  build(): Automaton | null {
    const { maxStates, maxTableBytes } = this.#budget;
    const classCount = this.#representatives.length;
    const most = Math.min(maxStates, 0xffff, Math.floor(maxTableBytes / (2 * classCount)));
    this.#number(this.#first);
    const fresh = this.#representatives.map((byte) => step(this.#always, byte));
    for (let state = 0; state < this.#sets.length; state++) {
      const { positions } = this.#sets[state] as StateSet;
      for (const [i, byte] of this.#representatives.entries()) {
        const begun = fresh[i] as readonly Position[];
        this.#next.push(this.#number(closure([...step(positions, byte), ...begun])));
      }
      if (this.#sets.length > most) {
        return null;
      }
    }
    return {
      classes: this.#classes,
      classCount,
      next: Uint16Array.from(this.#next),
      seen: Uint32Array.from(this.#sets, ({ seen }) => seen),
      final: Uint32Array.from(this.#sets, ({ positions }) => finalBits(positions) | finalBits(this.#always)),
      stateCount: this.#sets.length,
    };
  }

  #chain({ items }: Pattern, bit: number): Position {
    let next: Position = { id: this.#positionCount++, item: null, bit, isLasting: false, next: null };
    for (const [i, item] of [...items].reverse().entries()) {
      const isLasting = i === 0 && item.gap && item.members.every((member) => member === 1);
      next = { id: this.#positionCount++, item, bit, isLasting, next };
    }
    return next;
  }

  #number(set: StateSet): number {
    const key = `${set.seen}:${set.positions.map(({ id }) => id).join()}`;
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.#sets.length;
      this.#numbers.set(key, number);
      this.#sets.push(set);
    }
    return number;
  }
}

/** A pattern that begins with a gap of any bytes. */
function isOpenStart({ item }: Position): boolean {
  return item?.gap === true && item.members.every((member) => member === 1);
}

/** The places behind one byte, gaps not yet skipped. */
function step(positions: readonly Position[], byte: number): Position[] {
  const reached: Position[] = [];
  for (const position of positions) {
    if (position.item?.members[byte] === 1) {
      reached.push(position.item.gap ? position : (position.next as Position));
    }
  }
  return reached;
}

/** Adds the places behind gaps, which may be empty; a pattern that holds from here on becomes a bit. */
function closure(positions: readonly Position[]): StateSet {
  let seen = 0;
  const kept = new Map<number, Position>();
  for (const start of positions) {
    for (let at: Position | null = start; at !== null; at = at.item?.gap === true ? at.next : null) {
      if (at.isLasting) {
        seen |= at.bit;
        break;
      }
      kept.set(at.id, at);
    }
  }
  return { positions: [...kept.values()].sort((a, b) => a.id - b.id), seen: seen >>> 0 };
}

function finalBits(positions: readonly Position[]): number {
  let bits = 0;
  for (const { item, bit } of positions) {
    bits |= item === null ? bit : 0;
  }
  return bits >>> 0;
}

/** Bytes that no pattern tells apart are one class. */
function byteClasses(patterns: readonly Pattern[]): Uint8Array {
  const sets = new Set(patterns.flatMap(({ items }) => items.map(({ members }) => members)));
  let classes: Uint8Array = new Uint8Array(256);
  for (const members of sets) {
    const numbers = new Map<number, number>();
    classes = classes.map((old, byte) => {
      const key = 2 * old + (members[byte] as number);
      const number = numbers.get(key) ?? numbers.size;
      numbers.set(key, number);
      return number;
    });
  }
  return classes;
}

function firstOfEach(classes: Uint8Array): number[] {
  const firsts: number[] = [];
  for (const [byte, number] of classes.entries()) {
    firsts[number] ??= byte;
  }
  return firsts;
}
