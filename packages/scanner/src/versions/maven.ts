import { type Check, constraintReader, orderChecks } from '../lib/constraints.ts';
import { bigNumber, order, type VersionNumber } from '../lib/version-parts.ts';
import { defineVersionScheme, type VersionConstraint } from '../version-scheme.ts';

/** A number, a qualifier, or what stands behind a hyphen or a change between digits and letters. */
type Item = VersionNumber | string | readonly Item[];

export interface MavenVersion {
  readonly text: string;
  readonly items: readonly Item[];
}

const qualifiers = ['alpha', 'beta', 'milestone', 'rc', 'snapshot', '', 'sp'];
const release = '5';
const aliases = new Map([
  ['ga', ''],
  ['final', ''],
  ['release', ''],
  ['cr', 'rc'],
]);
const beforeDigits = new Map([
  ['a', 'alpha'],
  ['b', 'beta'],
  ['m', 'milestone'],
]);
const largest = 2n ** 63n - 1n;

const meanings = orderChecks(compare);
const readComparisons = constraintReader<MavenVersion>({
  version: String.raw`[0-9A-Za-z\-~_.+]+`,
  operators: Object.keys(meanings),
  comparison(operator, text) {
    const meaning = meanings[operator];
    if (text === '' || meaning === undefined) {
      return null;
    }
    const bound = parse(text);
    return (version) => meaning(version, bound);
  },
});

export const versionScheme = defineVersionScheme<MavenVersion>({
  id: 'maven',
  doc: "Maven's versions; constraints also as its ranges, such as [1.0,2.0). Every text is a version.",
  circles: 'As in Maven itself: 1.0p < 1.0.0.rc < 1.0 < 1.0p.',
  parse,
  print: ({ text }) => text,
  compare,
  constraint: (text, { rangesOnly = false } = {}) =>
    (rangesOnly ? null : readComparisons(text)) ?? readRanges(text),
});

function parse(text: string): MavenVersion {
  const builder = new ItemBuilder();
  // A list ends at each hyphen and where digits and letters meet.
  for (const [token] of text.toLowerCase().matchAll(/[0-9]+|[^0-9.-]+|[.-]/g)) {
    builder.take(token);
  }
  return { text, items: builder.finish() };
}

/** Lists within lists: each is the last item of the one before. */
class ItemBuilder {
  readonly #lists: Item[][] = [];
  #list: Item[] = [];
  /** What was read since the last separator. */
  #word = '';

  take(token: string): void {
    if (token === '.' || token === '-') {
      this.#list.push(this.#word === '' ? 0 : item(this.#word));
      this.#word = '';
      if (token === '-') {
        this.#nest();
      }
      return;
    }
    if (this.#word !== '') {
      const word = this.#word;
      this.#list.push(isDigits(word) ? item(word) : item(beforeDigits.get(word) ?? word));
      this.#nest();
    }
    this.#word = token;
  }

  finish(): Item[] {
    if (this.#word !== '') {
      this.#list.push(item(this.#word));
    }
    // A list that the text opens but does not fill is left out.
    if (this.#word !== '' || this.#lists.length === 0) {
      this.#nest();
    }
    let result = normalized(this.#lists.pop() ?? []);
    for (let list = this.#lists.pop(); list !== undefined; list = this.#lists.pop()) {
      result = [...normalized(list), result];
    }
    return result;
  }

  #nest(): void {
    this.#lists.push(this.#list);
    this.#list = [];
  }
}

function item(word: string): Item {
  if (!isDigits(word)) {
    return aliases.get(word) ?? word;
  }
  const number = bigNumber(word);
  return number > largest ? largest : number;
}

function isDigits(word: string): boolean {
  return /^[0-9]/.test(word);
}

/** Without what says nothing at the end. */
function normalized(items: readonly Item[]): Item[] {
  let end = items.length;
  while (end > 0 && isNull(items[end - 1] ?? 0)) {
    end--;
  }
  return items.slice(0, end);
}

function isNull(value: Item): boolean {
  return value === 0 || value === '' || (Array.isArray(value) && value.length === 0);
}

function compare(a: MavenVersion, b: MavenVersion): number {
  return compareItems(a.items, b.items);
}

function compareItems(a: readonly Item[], b: readonly Item[]): number {
  const length = Math.max(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [left, right] = [a[i], b[i]];
    const result =
      left === undefined
        ? -compareToNothing(right ?? 0)
        : right === undefined
          ? compareToNothing(left)
          : compareItem(left, right);
    if (result !== 0) {
      return result;
    }
  }
  return 0;
}

function compareItem(left: Item, right: Item): number {
  const kinds = order(kind(left), kind(right));
  if (kinds !== 0) {
    return kinds;
  }
  if (typeof left === 'object' && typeof right === 'object') {
    return compareItems(left, right);
  }
  if (typeof left === 'string' && typeof right === 'string') {
    return order(rank(left), rank(right));
  }
  return typeof left === 'object' || typeof right === 'object' ? 0 : order(left, right);
}

/** 1-sp < 1-1 < 1.1 */
function kind(value: Item): number {
  return typeof value === 'string' ? 0 : typeof value === 'object' ? 1 : 2;
}

function compareToNothing(value: Item): number {
  if (typeof value === 'string') {
    return order(rank(value), release);
  }
  if (typeof value !== 'object') {
    return order(value, 0) === 0 ? 0 : 1;
  }
  for (const part of value) {
    const result = compareToNothing(part);
    if (result !== 0) {
      return result;
    }
  }
  return 0;
}

/** Known qualifiers by their place, others behind them by the alphabet. */
function rank(text: string): string {
  const index = qualifiers.indexOf(text);
  return index < 0 ? `${qualifiers.length}-${text}` : String(index);
}

/** `[1.0,2.0),[3.0,)`: one of them must hold. A bare version is a wish that every version fulfils. */
function readRanges(text: string): VersionConstraint<MavenVersion> | null {
  const compact = text.replaceAll(/\s+/g, '');
  if (/^[0-9A-Za-z\-~.]+$/.test(compact)) {
    return { admits: () => true };
  }
  const checks: Check<MavenVersion>[] = [];
  for (const range of compact.match(/[[(][0-9A-Za-z\-.,]+[\])]/g) ?? []) {
    const check = readRange(range);
    if (check === null) {
      return null;
    }
    checks.push(check);
  }
  return checks.length === 0 ? null : { admits: (version) => checks.some((check) => check(version)) };
}

function readRange(range: string): Check<MavenVersion> | null {
  const ends = range.slice(1, -1).split(',');
  const [low = '', high = ''] = ends;
  if (ends.length === 1) {
    // Trivy drops the last character of the version here; with it, so do we find the same.
    const only = parse(low.slice(0, -1));
    return (version) => compare(version, only) === 0;
  }
  if (ends.length > 2) {
    return null;
  }
  // An open end is a very low or very high version; some with letters lie outside of both, as in Trivy.
  const bottom = parse(low === '' ? '-----1' : low);
  const top = parse(high === '' ? '99999999999999999999' : high);
  const [opens, closes] = [range.startsWith('('), range.endsWith(')')];
  return (version) =>
    compare(version, bottom) >= (opens ? 1 : 0) && compare(version, top) <= (closes ? -1 : 0);
}
