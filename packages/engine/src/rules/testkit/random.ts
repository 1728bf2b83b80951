/** Whole numbers from 0 up to a bound, the bound excluded; the same seed gives the same numbers. */
export type Random = (bound: number) => number;

/** A generator of pseudo-random numbers (mulberry32). */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
}

export function pick<T>(random: Random, choices: readonly T[]): T {
  // The index is below the length.
  return choices[random(choices.length)] as T;
}

/** One of the `usual`, and rarely one of the `odd`: with too many mistakes an input does not get far. */
export function pickMostly<T>(random: Random, usual: readonly T[], odd: readonly T[]): T {
  return pick(random, random(150) === 0 ? odd : usual);
}

export function repeat<T>(count: number, make: (i: number) => T): T[] {
  return Array.from({ length: count }, (_, i) => make(i));
}
