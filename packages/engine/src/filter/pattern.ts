import { any, type Item, parseGlob, type Run } from '../lib/glob.ts';

/** One step of a pattern: one byte of a set, or (`gap`) any number of bytes of it. */
export interface PatternItem {
  /** By byte: 1 for a member. */
  readonly members: Uint8Array;
  readonly gap: boolean;
}

/** A set of whole texts. */
export interface Pattern {
  readonly items: readonly PatternItem[];
  /** Equal keys are equal patterns. */
  readonly key: string;
}

/** Texts that match one of several patterns. */
export interface Language {
  /** Sorted by key, each once. */
  readonly patterns: readonly Pattern[];
  readonly key: string;
}

/** What may stand before and after a text. */
export interface Anchors {
  readonly before: boolean;
  readonly after: boolean;
}

const every = new Uint8Array(256).fill(1);
const noSlash = every.map((member, byte) => (byte === 0x2f ? 0 : member));
const anything: PatternItem = { members: every, gap: true };
/** Part of a path between two slashes. */
export const component: PatternItem = { members: noSlash, gap: true };

const singles: readonly PatternItem[] = Array.from({ length: 256 }, (_, byte) => ({
  members: setOf(byte),
  gap: false,
}));

/** A text as it is, in either case of its ASCII letters with `fold`; what `anchors` allows around it is any text. */
export function textPattern(text: string, { before, after }: Anchors, fold = false): Pattern {
  const items = Array.from(text, (char) => byteItem(char.charCodeAt(0), fold));
  return patternOf([...(before ? [anything] : []), ...items, ...(after ? [anything] : [])]);
}

/** The texts that a shell pattern matches; null when there are none. */
export function globPattern(glob: string, fold: boolean): Pattern | null {
  const runs = parseGlob(glob, fold);
  return runs === null ? null : patternOf(runs.flatMap((run, i) => runItems(run, fold, i > 0)));
}

/**
 * The paths that `pmatch` finds for one of its literals, as far as they are absolute and have no empty components: more
 * than it finds where a component is a glob.
 */
export function belowPatterns(path: string): readonly Pattern[] {
  const names = path.split('/').filter((name) => name !== '');
  const items: PatternItem[] = [];
  for (const name of names) {
    const own = /[?*[]/.test(name) ? [component] : textPattern(name, { before: false, after: false }).items;
    items.push(byteItem(0x2f, false), ...own);
  }
  const below = patternOf([...items, byteItem(0x2f, false), anything]);
  return names.length === 0 ? [patternOf([anything])] : [patternOf(items), below];
}

/** `directory` and a name in it. */
export function inDirectoryPattern(directory: string): Pattern {
  const { items } = textPattern(`${directory}/`, { before: false, after: false });
  return patternOf([...items, component]);
}

export function languageOf(patterns: readonly Pattern[]): Language {
  const byKey = new Map(patterns.map((pattern) => [pattern.key, pattern]));
  const sorted = [...byKey.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  return { patterns: sorted, key: sorted.map(({ key }) => key).join('\n') };
}

export function uniteLanguages(left: Language, right: Language): Language {
  return left.key === right.key ? left : languageOf([...left.patterns, ...right.patterns]);
}

/** Texts with an empty component in their middle or at their start, so with two slashes side by side. */
export const doubledSlashes: Language = languageOf([textPattern('//', { before: true, after: true })]);

/** Texts that resolving changes if they are absolute paths: with an empty, `.` or `..` component; also `/` itself. */
export const irregularPaths: Language = languageOf([
  ...doubledSlashes.patterns,
  ...['/./', '/../'].map((text) => textPattern(text, { before: true, after: true })),
  ...['/', '/.', '/..'].map((text) => textPattern(text, { before: true, after: false })),
]);

/**
 * Simpler patterns that match at least as much: what stands between two inner gaps and what is longer than `longest` is
 * given up. For rule sets whose patterns do not fit together.
 */
export function loosen({ patterns }: Language, longest: number): Language {
  return languageOf(patterns.map((pattern) => loosenPattern(pattern, longest)));
}

function loosenPattern({ items }: Pattern, longest: number): Pattern {
  const gap = items.findIndex((item, i) => item.gap && i > 0);
  const head = (gap < 0 ? items : items.slice(0, gap)).slice(0, longest);
  return head.length === items.length ? patternOf(items) : patternOf([...head, anything]);
}

function patternOf(items: readonly PatternItem[]): Pattern {
  const kept = items.filter((item, i) => !(item === anything && items[i - 1] === anything));
  return { items: kept, key: kept.map(itemKey).join('') };
}

function runItems(run: Run, fold: boolean, behindStar: boolean): PatternItem[] {
  const items = run.map((item) => globItem(item, fold));
  return behindStar ? [anything, ...items] : items;
}

function globItem(item: Item, fold: boolean): PatternItem {
  if (typeof item === 'object') {
    return { members: item, gap: false };
  }
  return item === any ? { members: every, gap: false } : byteItem(item, fold);
}

function byteItem(byte: number, fold: boolean): PatternItem {
  const upper = fold && byte >= 0x61 && byte <= 0x7a ? byte - 0x20 : byte;
  const lower = fold && byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte;
  return upper === lower ? (singles[byte] as PatternItem) : { members: setOf(upper, lower), gap: false };
}

function setOf(...bytes: readonly number[]): Uint8Array {
  const members = new Uint8Array(256);
  for (const byte of bytes) {
    members[byte] = 1;
  }
  return members;
}

/** Printable where that is unambiguous; sets as the hexadecimal digits of their bits. */
function itemKey({ members, gap }: PatternItem): string {
  if (members === every || members === noSlash) {
    return `${members === every ? '%' : '&'}${gap ? '*' : '?'}`;
  }
  const bytes = [...members.keys()].filter((byte) => members[byte] === 1);
  return `${bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('+')}${gap ? '*' : ','}`;
}
