import type { VersionConstraint } from '../version-scheme.ts';
import { constraintReader, orderChecks, rangeEndOf } from './constraints.ts';
import {
  compareLists,
  compareParts,
  comparePrereleases,
  increment,
  isOpen,
  maxNumber,
  parseNumber,
  parsePart,
  parseParts,
  printPart,
  type VersionPart,
  wildcard,
} from './version-parts.ts';

/** Three numbers, in constraints also wildcards, and what is behind the hyphen: a pre-release, of Bitnami a revision. */
export interface Semver {
  readonly major: VersionPart;
  readonly minor: VersionPart;
  readonly patch: VersionPart;
  readonly tail: readonly VersionPart[];
  readonly build: string;
  /** How many of the numbers a constraint names; 3 of versions. */
  readonly given: number;
}

const versionPattern =
  /^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(?:-((?:0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+([0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*))?$/;
const boundPattern = String.raw`v?[0-9|xX*]+(?:\.[0-9|xX*]+)?(?:\.[0-9|xX*]+)?(?:-[0-9A-Za-z\-]+(?:\.[0-9A-Za-z\-]+)*)?(?:\+[0-9A-Za-z\-]+(?:\.[0-9A-Za-z\-]+)*)?`;
const boundParts =
  /^v?([0-9|xX*]+)(?:\.([0-9|xX*]+))?(?:\.([0-9|xX*]+))?(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z.-]+)?$/;

export function parseSemver(text: string): Semver | null {
  const match = versionPattern.exec(text);
  if (match === null) {
    return null;
  }
  const [major = null, minor = null, patch = null] = match.slice(1, 4).map(parseNumber);
  if (major === null || minor === null || patch === null) {
    return null;
  }
  return { major, minor, patch, tail: parseParts(match[4] ?? ''), build: match[5] ?? '', given: 3 };
}

export function printSemver({ major, minor, patch, tail, build }: Semver): string {
  const numbers = [major, minor, patch].map(printPart).join('.');
  return `${numbers}${hasTail(tail) ? `-${tail.map(printPart).join('.')}` : ''}${build === '' ? '' : `+${build}`}`;
}

/** By numbers, then a pre-release comes before its release. A wildcard is like everything. */
export function compareSemver(a: Semver, b: Semver): number {
  return compareNumbers(a, b) ?? comparePrereleases(a.tail, b.tail);
}

/** By numbers, then a revision comes after the version without one. */
export function compareRevisions(a: Semver, b: Semver): number {
  const numbers = compareNumbers(a, b);
  if (numbers !== null) {
    return numbers;
  }
  const [left, right] = [hasTail(a.tail), hasTail(b.tail)];
  if (left !== right) {
    return left ? 1 : -1;
  }
  return isOpen(a.tail) || isOpen(b.tail) ? 0 : compareLists(a.tail, b.tail);
}

/** null: the numbers are equal. */
function compareNumbers(a: Semver, b: Semver): number | null {
  for (const key of ['major', 'minor', 'patch'] as const) {
    const [left, right] = [a[key], b[key]];
    const result = compareParts(left, right);
    if (result !== 0 || left === wildcard || right === wildcard) {
      return result;
    }
  }
  return null;
}

/** Whether there is something behind the hyphen; a wildcard there counts as nothing. */
export function hasTail(tail: readonly VersionPart[]): boolean {
  return tail.length > 0 && !isOpen(tail);
}

export function hasWildcard({ major, minor, patch }: Semver): boolean {
  return isOpen([major, minor, patch]);
}

/** Without what is behind the hyphen. */
export function releaseOf(version: Semver): Semver {
  return { ...version, tail: [] };
}

/** The lowest version that wildcards stand for. */
export function lowest(version: Semver): Semver {
  function zero(part: VersionPart): VersionPart {
    return part === wildcard ? 0 : part;
  }
  const { major, minor, patch, tail } = version;
  return {
    ...version,
    major: zero(major),
    minor: zero(minor),
    patch: zero(patch),
    tail: isOpen(tail) ? [] : tail,
    build: '',
  };
}

/** `~1.2.3` ends at 1.3.0, `~1` at 2.0.0. */
function tildeEnd(version: Semver): Semver {
  if (version.major === wildcard) {
    return { ...version, major: maxNumber };
  }
  return raised(version, version.minor === wildcard || version.given < 2 ? 0 : 1);
}

/** `^1.2.3` ends at 2.0.0, `^0.2.3` at 0.3.0, `^0.0.3` at 0.0.4. */
function caretEnd(version: Semver): Semver {
  const { major, minor, patch, given } = version;
  if (major === wildcard) {
    return { ...version, major: maxNumber };
  }
  if (major !== 0 || minor === wildcard || given < 2) {
    return raised(version, 0);
  }
  return raised(version, minor !== 0 || patch === wildcard || given < 3 ? 1 : 2);
}

export const rangeEnd = rangeEndOf<Semver>({ '~': tildeEnd, '^': caretEnd });

function raised({ major, minor, patch }: Semver, at: 0 | 1 | 2): Semver {
  const [first = 0, second = 0, third = 0] = [major, minor, patch].map((part, i) =>
    i < at ? part : i > at ? 0 : isNumber(part) ? increment(part) : part,
  );
  return { major: first, minor: second, patch: third, tail: [], build: '', given: 3 };
}

function isNumber(part: VersionPart): part is number | bigint {
  return typeof part === 'number' || typeof part === 'bigint';
}

export interface SemverConstraintRules {
  readonly operators: readonly string[];
  readonly compare: (a: Semver, b: Semver) => number;
  /** Numbers that a constraint leaves out are 0 instead of any. */
  readonly zeroPadding: boolean;
  /** `<1.x` means below 1.0.0. */
  readonly lowestBelow: boolean;
  /** Asked before the comparison; false refuses the version. */
  readonly admits: (version: Semver, bound: Semver) => boolean;
  /** Decides instead of the usual meaning of the operator; null leaves it to that. */
  readonly exception?: (operator: string, version: Semver, bound: Semver) => boolean | null;
}

/** Reads constraints on semantic versions with the rules of one of the schemes. */
export function semverConstraints(
  rules: SemverConstraintRules,
): (text: string) => VersionConstraint<Semver> | null {
  const { compare } = rules;
  const orders = orderChecks(compare);
  const meanings: Readonly<Record<string, (version: Semver, bound: Semver) => boolean>> = {
    ...orders,
    ...(rules.lowestBelow
      ? { '<': (version: Semver, bound: Semver) => compare(version, lowest(bound)) < 0 }
      : {}),
    '~': (version, bound) => compare(version, bound) >= 0 && compare(version, tildeEnd(bound)) < 0,
    '^': (version, bound) => compare(version, bound) >= 0 && compare(version, caretEnd(bound)) < 0,
  };
  return constraintReader<Semver>({
    version: boundPattern,
    operators: rules.operators,
    comparison(operator, text) {
      const bound = parseBound(text, rules.zeroPadding);
      const meaning = meanings[operator];
      if (bound === null || meaning === undefined) {
        return null;
      }
      return (version) =>
        rules.admits(version, bound) &&
        (rules.exception?.(operator, version, bound) ?? meaning(version, bound));
    },
  });
}

function parseBound(text: string, zeroPadding: boolean): Semver | null {
  if (text === '') {
    return { major: wildcard, minor: wildcard, patch: wildcard, tail: [wildcard], build: '', given: 3 };
  }
  const match = boundParts.exec(text);
  if (match === null) {
    return null;
  }
  const texts = [match[1], match[2], match[3]];
  const [major = wildcard, minor = wildcard, patch = wildcard] = texts.map((part) =>
    part === undefined ? (zeroPadding ? 0 : wildcard) : parsePart(part),
  );
  const given = texts.findIndex((part) => part === undefined);
  return { major, minor, patch, tail: parseParts(match[4] ?? ''), build: '', given: given < 0 ? 3 : given };
}
