import { packageConstraint } from '../lib/constraints.ts';
import { bigNumber, order, type VersionNumber } from '../lib/version-parts.ts';
import { defineVersionScheme } from '../version-scheme.ts';

/** What follows a piece, in the order in which a shorter version with equal pieces is newer. */
const follows = {
  invalid: -1,
  fraction: 0,
  digits: 1,
  letter: 2,
  suffix: 3,
  suffixNumber: 4,
  revision: 5,
  end: 6,
} as const;
type Follow = (typeof follows)[keyof typeof follows];

/** A value and what comes behind it. */
interface Piece {
  readonly value: VersionNumber;
  readonly next: Follow;
}

export interface ApkVersion {
  readonly text: string;
  readonly pieces: readonly Piece[];
}

const beforeRelease = ['alpha', 'beta', 'pre', 'rc'];
const afterRelease = ['cvs', 'svn', 'git', 'hg', 'p'];

export const versionScheme = defineVersionScheme<ApkVersion>({
  id: 'apk',
  doc: 'Alpine, Wolfi, Chainguard and what is built like them.',
  parse,
  print: ({ text }) => text,
  compare,
  constraint: (text) => packageConstraint(text, parse, compare),
});

function parse(text: string): ApkVersion | null {
  const pieces: Piece[] = [];
  let at = 0;
  let kind: Follow = follows.digits;
  while (kind !== follows.end) {
    const read: Reading | null = readPiece(text, at, kind);
    if (read === null) {
      return null;
    }
    const behind: Behind | null = read.next === null ? readSeparator(text, read.end, kind) : null;
    const next: Follow =
      read.end === text.length ? follows.end : (read.next ?? behind?.next ?? follows.invalid);
    if (next === follows.invalid) {
      return null;
    }
    pieces.push({ value: read.value, next });
    at = behind !== null && next !== follows.end ? behind.end : read.end;
    kind = next;
  }
  return { text, pieces };
}

interface Reading {
  readonly value: VersionNumber;
  readonly end: number;
  /** Known from the piece itself; null when the text behind it tells. */
  readonly next: Follow | null;
}

function readPiece(text: string, at: number, kind: Follow): Reading | null {
  if (kind === follows.letter) {
    return { value: text.charCodeAt(at), end: at + 1, next: null };
  }
  if (kind === follows.suffix) {
    return readSuffix(text, at);
  }
  if (kind === follows.fraction && text[at] === '0') {
    // Each leading zero makes the fraction smaller: 1.10 < 1.1 there.
    const end = at + (/^0+/.exec(text.slice(at))?.[0].length ?? 0);
    return { value: at - end, end, next: follows.digits };
  }
  const digits = /^[0-9]*/.exec(text.slice(at))?.[0] ?? '';
  return { value: digits === '' ? 0 : bigNumber(digits), end: at + digits.length, next: null };
}

function readSuffix(text: string, at: number): Reading | null {
  for (const [names, offset] of [
    [beforeRelease, -beforeRelease.length],
    [afterRelease, 0],
  ] as const) {
    const index = names.findIndex((name) => text.startsWith(name, at));
    if (index >= 0) {
      return { value: index + offset, end: at + (names[index] ?? '').length, next: null };
    }
  }
  return null;
}

interface Behind {
  readonly next: Follow;
  readonly end: number;
}

/** What the text at `at` starts after a piece of `kind`; null when nothing may stand there. */
function readSeparator(text: string, at: number, kind: Follow): Behind | null {
  const character = text[at] ?? '';
  const isDigit = /^[0-9]$/.test(character);
  if ((kind === follows.digits || kind === follows.fraction) && /^\p{Ll}$/u.test(character)) {
    return { next: follows.letter, end: at };
  }
  if (kind === follows.letter && isDigit) {
    return { next: follows.digits, end: at };
  }
  if (kind === follows.suffix && isDigit) {
    return { next: follows.suffixNumber, end: at };
  }
  if (character === '.' && kind <= follows.digits) {
    return { next: follows.fraction, end: at + 1 };
  }
  if (character === '_' && kind <= follows.suffixNumber) {
    return { next: follows.suffix, end: at + 1 };
  }
  if (character === '-' && at + 1 < text.length) {
    return { next: follows.revision, end: at + 2 };
  }
  return null;
}

function compare(a: ApkVersion, b: ApkVersion): number {
  const last: Piece = { value: 0, next: follows.end };
  for (let i = 0; ; i++) {
    const left = a.pieces[i] ?? last;
    const right = b.pieces[i] ?? last;
    const result = order(left.value, right.value);
    if (result !== 0) {
      return result;
    }
    if (left.next !== right.next) {
      return compareRests(a, b, i);
    }
    if (left.next === follows.end) {
      return 0;
    }
  }
}

/** All is equal up to piece `i`, but other things follow: the longer one is newer, unless it goes on as a pre-release. */
function compareRests(a: ApkVersion, b: ApkVersion, i: number): number {
  if (startsPrerelease(a, i)) {
    return -1;
  }
  if (startsPrerelease(b, i)) {
    return 1;
  }
  return order(b.pieces[i]?.next ?? follows.end, a.pieces[i]?.next ?? follows.end);
}

function startsPrerelease({ pieces }: ApkVersion, i: number): boolean {
  return pieces[i]?.next === follows.suffix && (pieces[i + 1]?.value ?? 0) < 0;
}
