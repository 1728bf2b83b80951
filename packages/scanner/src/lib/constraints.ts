import type { VersionConstraint } from '../version-scheme.ts';

/** Whether a version satisfies one comparison. */
export type Check<V> = (version: V) => boolean;

/** How a scheme writes constraints: comparisons joined by commas or spaces, and those joined by `||`. */
export interface ConstraintGrammar<V> {
  /** Source of the pattern of a version, without groups that capture. */
  readonly version: string;
  /** The empty one stands before a bare version. */
  readonly operators: readonly string[];
  /** Comparisons are found whatever their case, although they must be written in the case of the pattern. */
  readonly ignoresCase?: boolean;
  /** The meaning of one comparison; null when it has none. `version` is empty for an empty constraint. */
  readonly comparison: (operator: string, version: string) => Check<V> | null;
}

/** Reads constraints of one grammar. Patterns are made once. */
export function constraintReader<V>(
  grammar: ConstraintGrammar<V>,
): (text: string) => VersionConstraint<V> | null {
  const operators = grammar.operators
    .toSorted((a, b) => b.length - a.length)
    .map((operator) => operator.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
    .join('|');
  const one = String.raw`(${operators})[\t\n\f\r ]*(${grammar.version})`;
  const patterns = {
    whole: new RegExp(String.raw`[\t\n\f\r ]*${one}(?=[\t\n\f\r ,<>=!~^]|$)[\t\n\f\r ]*,?`, 'y'),
    part: new RegExp(String.raw`[\t\n\f\r ]*${one}[\t\n\f\r ]*,?`, 'y'),
    exact: new RegExp(String.raw`^[\t\n\f\r ]*${one}[\t\n\f\r ]*,?$`),
    all: new RegExp(one, grammar.ignoresCase === true ? 'gi' : 'g'),
  };
  return (text) => {
    const alternatives: Check<V>[][] = [];
    for (const segment of text.split('||')) {
      const checks = readSegment(segment, patterns, grammar);
      if (checks === null) {
        return null;
      }
      alternatives.push(checks);
    }
    return {
      admits: (version) => alternatives.some((checks) => checks.every((check) => check(version))),
    };
  };
}

interface Patterns {
  readonly whole: RegExp;
  readonly part: RegExp;
  readonly exact: RegExp;
  readonly all: RegExp;
}

function readSegment<V>(
  segment: string,
  patterns: Patterns,
  { comparison }: ConstraintGrammar<V>,
): Check<V>[] | null {
  if (!isTiled(segment, patterns)) {
    return null;
  }
  const checks: Check<V>[] = [];
  for (const [, operator = '', version = ''] of segment.matchAll(patterns.all)) {
    const check = comparison(operator, version);
    if (check === null) {
      return null;
    }
    checks.push(check);
  }
  if (checks.length > 0) {
    return checks;
  }
  const empty = comparison('', '');
  return empty === null ? null : [empty];
}

/** Comparisons follow each other to the end of the text: the longest ones, or others where these do not fit. */
function isTiled(text: string, { whole, part, exact }: Patterns): boolean {
  let at = 0;
  while (at < text.length) {
    whole.lastIndex = at;
    part.lastIndex = at;
    const length = (whole.exec(text) ?? part.exec(text))?.[0].length ?? 0;
    if (length === 0) {
      break;
    }
    at += length;
  }
  return isBlank(text.slice(at)) || (text.length <= maxTiling && canTile(text, exact));
}

/** Above this, only the longest comparisons are tried. */
const maxTiling = 100;

/** Tries every end of every comparison. Trivy takes 1.2.34.5 for the versions 1.2.3 and 4.5. */
function canTile(text: string, exact: RegExp): boolean {
  const reached = new Set([0]);
  // A set is walked in the order of insertion, also through what is added on the way.
  for (const start of reached) {
    if (isBlank(text.slice(start))) {
      return true;
    }
    for (let end = start + 1; end <= text.length; end++) {
      if (!reached.has(end) && exact.test(text.slice(start, end))) {
        reached.add(end);
      }
    }
  }
  return false;
}

function isBlank(text: string): boolean {
  return /^[\t\n\f\r ]*$/.test(text);
}

/** The meaning of the operators that only need an order. */
export function orderChecks<V>(
  compare: (a: V, b: V) => number,
): Readonly<Record<string, (version: V, bound: V) => boolean>> {
  function equal(version: V, bound: V): boolean {
    return compare(version, bound) === 0;
  }
  function atLeast(version: V, bound: V): boolean {
    return compare(version, bound) >= 0;
  }
  function atMost(version: V, bound: V): boolean {
    return compare(version, bound) <= 0;
  }
  return {
    '': equal,
    '=': equal,
    '==': equal,
    '!=': (version, bound) => compare(version, bound) !== 0,
    '>': (version, bound) => compare(version, bound) > 0,
    '<': (version, bound) => compare(version, bound) < 0,
    '>=': atLeast,
    '=>': atLeast,
    '<=': atMost,
    '=<': atMost,
  };
}

/** Constraints on versions of distributions: `>=1.2-3, <2` or the same without commas; all must hold. */
export function packageConstraint<V>(
  text: string,
  parse: (text: string) => V | null,
  compare: (a: V, b: V) => number,
): VersionConstraint<V> | null {
  const texts = (text.includes(',') ? text.split(',') : text.split(/\s+/))
    .map((item) => item.trim())
    .filter((item) => item !== '');
  const meanings = orderChecks(compare);
  const checks: Check<V>[] = [];
  for (const item of texts) {
    const [, operator = '', version = ''] =
      /^(>=|<=|>|<|==|!=|=)?\s*([0-9]+[0-9a-zA-Z.\-+~:_^]*)$/.exec(item) ?? [];
    const bound = version === '' ? null : parse(version);
    const meaning = meanings[operator];
    if (bound === null || meaning === undefined) {
      return null;
    }
    checks.push((candidate) => meaning(candidate, bound));
  }
  return checks.length === 0 ? null : { admits: (version) => checks.every((check) => check(version)) };
}

/** The end of a range by its operator; null for operators without one. */
export function rangeEndOf<V>(
  ends: Readonly<Record<string, (version: V) => V>>,
): (operator: string, version: V) => V | null {
  return (operator, version) => ends[operator]?.(version) ?? null;
}
