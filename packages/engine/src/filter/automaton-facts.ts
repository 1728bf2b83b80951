import type { Automaton } from './automaton.ts';

/** By state: the languages that a text can still come to belong to from there on, with those that it belongs to there. */
export function reachedLanguages({ next, seen, final, classCount, stateCount }: Automaton): Uint32Array {
  const reached = Uint32Array.from(seen, (mask, state) => mask | (final[state] as number));
  // States are numbered as they were found, so that most steps lead to higher numbers.
  for (let changed = true; changed;) {
    changed = false;
    for (let state = stateCount - 1; state >= 0; state--) {
      let mask = reached[state] as number;
      for (let i = 0; i < classCount; i++) {
        mask |= reached[next[state * classCount + i] as number] as number;
      }
      changed ||= mask >>> 0 !== reached[state];
      reached[state] = mask;
    }
  }
  return reached;
}

const dot = 0x2e;
const slash = 0x2f;

/**
 * Languages that no text belongs to without two dots or slashes side by side. Paths mostly have none, which is found out
 * in less time than the automaton takes.
 */
export function pairLanguages({ classes, classCount, next, seen, final, stateCount }: Automaton): number {
  const marks = new Set([classes[dot] as number, classes[slash] as number]);
  const others = new Set(
    [...classes.keys()]
      .filter((byte) => byte !== dot && byte !== slash)
      .map((byte) => classes[byte] as number),
  );
  // Places: a state, and whether the byte before was a dot or slash.
  const reached = new Uint8Array(2 * stateCount);
  const open = [0];
  reached[0] = 1;
  let languages = 0;
  const visit = (state: number, behindMark: number): void => {
    if (reached[2 * state + behindMark] === 0) {
      reached[2 * state + behindMark] = 1;
      open.push(2 * state + behindMark);
    }
  };
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const state = place >> 1;
    languages |= (seen[state] as number) | (final[state] as number);
    for (const i of others) {
      visit(next[state * classCount + i] as number, 0);
    }
    for (const i of (place & 1) === 0 ? marks : []) {
      visit(next[state * classCount + i] as number, 1);
    }
  }
  return ~languages >>> 0;
}
