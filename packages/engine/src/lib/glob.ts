import { asciiLower } from './ascii.ts';
import { includesInOrder } from './texts.ts';

/** What one character of a text may be: a byte, `any`, or the members of a set. */
export type Item = number | Uint8Array;

/** The item of a question mark: every byte. */
export const any = -1;

/** A run of items between two stars. */
export type Run = readonly Item[];

/** Character classes of the C locale, by name. */
const classes: Readonly<Record<string, RegExp>> = {
  alpha: /[A-Za-z]/,
  digit: /[0-9]/,
  alnum: /[A-Za-z0-9]/,
  upper: /[A-Z]/,
  lower: /[a-z]/,
  space: /[\t-\r ]/,
  blank: /[\t ]/,
  punct: /[!-/:-@[-`{-~]/,
  print: /[ -~]/,
  graph: /[!-~]/,
  // eslint-disable-next-line no-control-regex -- that is what the class is
  cntrl: /[\0-\x1f\x7f]/,
  xdigit: /[0-9A-Fa-f]/,
};

/**
 * A test for texts that match a shell pattern as fnmatch(3) without flags matches them in the C locale: `*` and `?`
 * match slashes and leading dots, `[a-z]`, `[!x]`, `[[:alpha:]]` are sets, a backslash takes the meaning away from the
 * next character. With `fold`, ASCII letters match in either case. Time is at most pattern times text.
 */
export function compileGlob(pattern: string, fold = false): (text: string) => boolean {
  const runs = parseGlob(pattern, fold);
  if (runs === null) {
    return () => false;
  }
  const plain = runs.map(runText);
  if (!fold && plain.every((text) => text !== null)) {
    return plainTest(plain);
  }
  const prepare = fold ? asciiLower : null;
  // Sets are tested on the text as it is, so folding is left to them.
  return prepare === null || runs.some((run) => run.some((item) => typeof item === 'object'))
    ? (text) => matchRuns(runs, text, fold)
    : (text) => matchRuns(runs, prepare(text), false);
}

/**
 * A pattern split at its stars; null for one that matches nothing, such as one that ends with a backslash. With `fold`
 * bytes are in lower case, and sets hold both cases.
 */
export function parseGlob(pattern: string, fold: boolean): Run[] | null {
  let run: Item[] = [];
  const runs = [run];
  let i = 0;
  while (i < pattern.length) {
    const char = pattern.charCodeAt(i);
    i++;
    if (char === codes.star) {
      run = [];
      runs.push(run);
    } else if (char === codes.question) {
      run.push(any);
    } else if (char === codes.open) {
      const set = parseSet(pattern, i, fold);
      run.push(set.item);
      i = set.end;
    } else if (char === codes.backslash) {
      if (i === pattern.length) {
        return null;
      }
      run.push(foldCode(pattern.charCodeAt(i), fold));
      i++;
    } else {
      run.push(foldCode(char, fold));
    }
  }
  return runs;
}

const codes = {
  star: 42,
  question: 63,
  open: 91,
  close: 93,
  backslash: 92,
  bang: 33,
  caret: 94,
  minus: 45,
} as const;
const none = new Uint8Array(256);

/** The set whose opening bracket stands before `start`. One that is not closed is an ordinary bracket. */
function parseSet(pattern: string, start: number, fold: boolean): { item: Item; end: number } {
  const members = new Uint8Array(256);
  const first = pattern.charCodeAt(start);
  const negated = first === codes.bang || first === codes.caret;
  let i = negated ? start + 1 : start;
  const from = i;
  while (i < pattern.length) {
    if (pattern.charCodeAt(i) === codes.close && i > from) {
      return { item: negated ? members.map((member) => 1 - member) : members, end: i + 1 };
    }
    const next = addMember(members, pattern, i, fold);
    if (next === null) {
      return { item: none, end: pattern.length };
    }
    i = next;
  }
  // A bracket that would have matched itself makes an unclosed set match nothing.
  return { item: members[codes.open] === 1 ? none : codes.open, end: start };
}

/** Adds the class, range or character at `i`; gives where it ends, null when it makes the pattern invalid. */
function addMember(members: Uint8Array, pattern: string, i: number, fold: boolean): number | null {
  const named = /\[:([a-y]{0,255}):\]/y;
  named.lastIndex = i;
  const name = named.exec(pattern)?.[1];
  if (name !== undefined) {
    const charClass = Object.hasOwn(classes, name) ? classes[name] : undefined;
    if (charClass === undefined) {
      return null;
    }
    addClass(members, charClass);
    return named.lastIndex;
  }
  const equivalent = /\[=([^])=\]/y;
  equivalent.lastIndex = i;
  const same = equivalent.exec(pattern)?.[1];
  if (same !== undefined) {
    // An equivalence class has one member in the C locale, which is not folded.
    members[same.charCodeAt(0)] = 1;
    return equivalent.lastIndex;
  }
  return addCharacters(members, pattern, i, fold);
}

function addCharacters(members: Uint8Array, pattern: string, i: number, fold: boolean): number | null {
  const low = readMember(pattern, i);
  // A range without its end makes the pattern invalid.
  if (low === null || pattern.slice(low.end) === '-') {
    return null;
  }
  const isRange =
    pattern.charCodeAt(low.end) === codes.minus && pattern.charCodeAt(low.end + 1) !== codes.close;
  const high = isRange ? readMember(pattern, low.end + 1) : low;
  if (high === null) {
    return null;
  }
  addRange(members, foldCode(low.code, fold), foldCode(high.code, fold), fold);
  return high.end;
}

/** One character of a set: as it is, after a backslash, or as `[.x.]`. */
function readMember(pattern: string, i: number): { code: number; end: number } | null {
  const wrapped = /\[\.([^])\.\]/y;
  wrapped.lastIndex = i;
  const match = wrapped.exec(pattern);
  if (match !== null) {
    return { code: (match[1] ?? '').charCodeAt(0), end: wrapped.lastIndex };
  }
  const escaped = pattern.charCodeAt(i) === codes.backslash;
  const at = escaped ? i + 1 : i;
  return at < pattern.length ? { code: pattern.charCodeAt(at), end: at + 1 } : null;
}

function addClass(members: Uint8Array, charClass: RegExp): void {
  for (let code = 0; code < 256; code++) {
    if (charClass.test(String.fromCharCode(code))) {
      members[code] = 1;
    }
  }
}

function addRange(members: Uint8Array, low: number, high: number, fold: boolean): void {
  for (let code = 0; code < 256; code++) {
    const folded = foldCode(code, fold);
    if (folded >= low && folded <= high) {
      members[code] = 1;
    }
  }
}

function foldCode(code: number, fold: boolean): number {
  return fold && code >= 65 && code <= 90 ? code + 32 : code;
}

/** The text that a run without sets and question marks stands for. */
function runText(run: Run): string | null {
  let text = '';
  for (const item of run) {
    if (typeof item === 'object' || item === any) {
      return null;
    }
    text += String.fromCharCode(item);
  }
  return text;
}

function plainTest(parts: readonly string[]): (text: string) => boolean {
  const first = parts[0] ?? '';
  if (parts.length === 1) {
    return (text) => text === first;
  }
  const last = parts[parts.length - 1] ?? '';
  const middle = parts.slice(1, -1).filter((part) => part !== '');
  const shortest = first.length + last.length;
  return (text) =>
    text.length >= shortest &&
    text.startsWith(first) &&
    text.endsWith(last) &&
    includesInOrder(text, middle, first.length, text.length - last.length);
}

/** The first run stands at the start, the last at the end, each other one as early as possible. */
function matchRuns(runs: readonly Run[], text: string, fold: boolean): boolean {
  const first = runs[0] ?? [];
  if (runs.length === 1) {
    return text.length === first.length && runAt(first, text, 0, fold);
  }
  const last = runs[runs.length - 1] ?? [];
  const end = text.length - last.length;
  if (end < first.length || !runAt(first, text, 0, fold) || !runAt(last, text, end, fold)) {
    return false;
  }
  let from = first.length;
  for (let i = 1; i < runs.length - 1; i++) {
    const run = runs[i] ?? [];
    while (from + run.length <= end && !runAt(run, text, from, fold)) {
      from++;
    }
    from += run.length;
    if (from > end) {
      return false;
    }
  }
  return true;
}

function runAt(run: Run, text: string, start: number, fold: boolean): boolean {
  for (let i = 0; i < run.length; i++) {
    const item = run[i];
    const code = text.charCodeAt(start + i);
    if (typeof item === 'object') {
      if (item[code] !== 1) {
        return false;
      }
    } else if (item !== any && item !== foldCode(code, fold)) {
      return false;
    }
  }
  return true;
}
