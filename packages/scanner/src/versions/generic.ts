import { constraintReader, orderChecks, rangeEndOf } from '../lib/constraints.ts';
import {
  compareLists,
  comparePrereleases,
  increment,
  isOpen,
  order,
  padZeros,
  parseNumber,
  parseParts,
  printPart,
  trimZeros,
  type VersionNumber,
  type VersionPart,
} from '../lib/version-parts.ts';
import { defineVersionScheme } from '../version-scheme.ts';

export interface GenericVersion {
  readonly numbers: readonly VersionNumber[];
  readonly prerelease: readonly VersionPart[];
  readonly build: string;
}

const pattern =
  String.raw`v?([0-9]+(?:\.[0-9]+)*)` +
  String.raw`(?:-([0-9]+[0-9A-Za-z\-~]*(?:\.[0-9A-Za-z\-~]+)*)|(?:-?([A-Za-z\-~]+[0-9A-Za-z\-~]*(?:\.[0-9A-Za-z\-~]+)*)))?` +
  String.raw`(?:\+([0-9A-Za-z\-~]+(?:\.[0-9A-Za-z\-~]+)*))?`;
const wholePattern = new RegExp(`^${pattern}$`);
const withoutGroups = pattern.replaceAll(/(?<!\\)\((?!\?)/g, '(?:');

const rangeEnds = { '~>': pessimisticEnd, '~': tildeEnd, '^': caretEnd };
const meanings: Readonly<Record<string, (version: GenericVersion, bound: GenericVersion) => boolean>> = {
  ...orderChecks(compare),
  ...Object.fromEntries(
    Object.entries(rangeEnds).map(([operator, end]) => [
      operator,
      (version: GenericVersion, bound: GenericVersion) =>
        compare(version, bound) >= 0 && compare(version, end(bound)) < 0,
    ]),
  ),
};
const readConstraint = constraintReader<GenericVersion>({
  version: withoutGroups,
  operators: Object.keys(meanings),
  comparison(operator, text) {
    const bound = parse(text);
    const meaning = meanings[operator];
    return bound === null || meaning === undefined ? null : (version) => meaning(version, bound);
  },
});

export const versionScheme = defineVersionScheme<GenericVersion>({
  id: 'generic',
  doc: 'Like semantic versions, with any number of numbers: Go, Rust, PHP, .NET and others.',
  parse,
  print,
  compare,
  constraint: readConstraint,
  rangeEnd: rangeEndOf(rangeEnds),
});

function parse(text: string): GenericVersion | null {
  const match = wholePattern.exec(text);
  if (match === null) {
    return null;
  }
  const [, digits = '', numeric, named, build = ''] = match;
  const numbers: VersionNumber[] = [];
  for (const segment of digits.split('.')) {
    const number = parseNumber(segment);
    if (number === null) {
      return null;
    }
    numbers.push(number);
  }
  return { numbers, prerelease: parseParts(named ?? numeric ?? ''), build };
}

function print({ numbers, prerelease, build }: GenericVersion): string {
  const pre = prerelease.length === 0 || isOpen(prerelease) ? '' : `-${prerelease.map(printPart).join('.')}`;
  return `${numbers.join('.')}${pre}${build === '' ? '' : `+${build}`}`;
}

function compare(a: GenericVersion, b: GenericVersion): number {
  const left = trimZeros(a.numbers);
  const right = trimZeros(b.numbers);
  const length = Math.max(left.length, right.length);
  return (
    compareLists(padZeros(left, length), padZeros(right, length)) ||
    comparePrereleases(a.prerelease, b.prerelease)
  );
}

/** `~> 1.2.3` ends at 1.3.0, `~> 1.2` at 2.0. */
function pessimisticEnd(version: GenericVersion): GenericVersion {
  const { numbers } = version;
  if (numbers.length === 1) {
    return { ...version, numbers: numbers.map(increment) };
  }
  const at = numbers.length - 2;
  return release(numbers.map((number, i) => (i < at ? number : i === at ? increment(number) : 0)));
}

/** `~ 1.2.3` ends at 1.3.0, `~ 1.2` at 1.3. */
function tildeEnd(version: GenericVersion): GenericVersion {
  const [major = 0, minor = 0] = version.numbers;
  return version.numbers.length === 2
    ? { ...version, numbers: [major, increment(minor)] }
    : pessimisticEnd(version);
}

/** `^1.2.3` ends at 2.0.0, `^0.2.3` at 0.3.0, `^0.0` at 0.1. */
function caretEnd({ numbers }: GenericVersion): GenericVersion {
  const found = numbers.findIndex((number) => order(number, 0) !== 0);
  const at = found < 0 ? numbers.length - 1 : found;
  return release(numbers.map((number, i) => (i < at ? number : i === at ? increment(number) : 0)));
}

function release(numbers: readonly VersionNumber[]): GenericVersion {
  return { numbers, prerelease: [], build: '' };
}
