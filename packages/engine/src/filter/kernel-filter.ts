import type { Automaton } from './automaton.ts';
import type { Atom } from './formula.ts';

/** What the kernel does with events of one type. */
export type TypeFilter =
  { readonly verdict: 'drop' } | { readonly verdict: 'pass'; readonly because: string } | TypeTest;

/** An event passes when one of the alternatives is possible. */
export interface TypeTest {
  readonly verdict: 'test';
  /** At most 32; bit i of an alternative is atom i. */
  readonly atoms: readonly FilterAtom[];
  readonly alternatives: readonly FilterAlternative[];
}

/** An atom; of a path atom the language is a bit of the automaton. */
export type FilterAtom =
  | Exclude<Atom, { kind: 'path' }>
  | (Omit<Extract<Atom, { kind: 'path' }>, 'language'> & { readonly language: number });

export interface FilterAlternative {
  /** Atoms that must be possible. */
  readonly needed: number;
  /** Atoms that must not be certain. */
  readonly excluded: number;
}

/** Bits of the automaton that every filter has: irregular paths, and paths with doubled slashes. */
export const pathForms = { irregular: 1 << 30, doubled: 1 << 31 } as const;

/** What an event must have at least so that a rule can match it or the state changes. A value: encode it, or run it. */
export interface KernelFilter {
  /** By number of the event type. */
  readonly types: readonly TypeFilter[];
  /** Null when no path is tested. Its two highest languages are those of `pathForms`. */
  readonly automaton: Automaton | null;
  /**
   * A path also passes by the name that the kernel knows the opened file by, so that links and threads that swap paths do
   * not hide it. It costs the most of all that is asked.
   */
  readonly kernelPaths: boolean;
  /** Where a budget was not enough, so that more passes than need be. */
  readonly notes: readonly string[];
}
