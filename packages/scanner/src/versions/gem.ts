import { constraintReader, orderChecks, rangeEndOf } from '../lib/constraints.ts';
import {
  compareLists,
  increment,
  padZeros,
  parseNumber,
  trimZeros,
  type VersionNumber,
  type VersionPart,
} from '../lib/version-parts.ts';
import { defineVersionScheme } from '../version-scheme.ts';

export interface GemVersion {
  readonly text: string;
  /** Up to the first letter. */
  readonly numbers: readonly VersionNumber[];
  /** From the first letter on; each letter is a part of its own. */
  readonly rest: readonly VersionPart[];
}

const pattern = String.raw`[0-9]+(?:\.[0-9a-zA-Z]+)*(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?`;
const wholePattern = new RegExp(String.raw`^[\t\n\f\r ]*(?:${pattern})?[\t\n\f\r ]*$`);

const meanings: Readonly<Record<string, (version: GemVersion, bound: GemVersion) => boolean>> = {
  ...orderChecks(compare),
  '~>': (version, bound) =>
    compare(version, bound) >= 0 && compare(release(version), pessimisticEnd(bound)) < 0,
};
const readConstraint = constraintReader<GemVersion>({
  version: pattern,
  operators: Object.keys(meanings),
  comparison(operator, text) {
    const bound = text === '' ? null : parse(text);
    const meaning = meanings[operator];
    return bound === null || meaning === undefined ? null : (version) => meaning(version, bound);
  },
});

export const versionScheme = defineVersionScheme<GemVersion>({
  id: 'gem',
  doc: 'RubyGems and CocoaPods.',
  parse,
  print: ({ text }) => text,
  compare,
  constraint: readConstraint,
  rangeEnd: rangeEndOf({ '~>': pessimisticEnd }),
  release,
});

function parse(text: string): GemVersion | null {
  if (!wholePattern.test(text)) {
    return null;
  }
  const trimmed = text.trim();
  // As RubyGems does: what is behind a hyphen is a pre-release.
  const version = (trimmed === '' ? '0' : trimmed)
    .replaceAll('-', '.pre.')
    .replaceAll(/\.{2,}/g, '.')
    .replace(/\.$/, '');
  const numbers: VersionNumber[] = [];
  const rest: VersionPart[] = [];
  for (const segment of version.match(/[0-9]+|[a-zA-Z]/g) ?? []) {
    const number = parseNumber(segment);
    if (number !== null && rest.length === 0) {
      numbers.push(number);
    } else {
      rest.push(number ?? segment);
    }
  }
  return { text: version, numbers, rest };
}

function compare(a: GemVersion, b: GemVersion): number {
  const left = canonical(a);
  const right = canonical(b);
  const length = Math.max(left.length, right.length);
  return compareLists(padZeros(left, length), padZeros(right, length), true);
}

function canonical({ numbers, rest }: GemVersion): VersionPart[] {
  return [...trimZeros(numbers), ...trimZeros(rest)];
}

function release({ numbers }: GemVersion): GemVersion {
  return { text: numbers.join('.'), numbers, rest: [] };
}

/** `~> 5.2.4` ends at 5.3, `~> 5` at 6. */
function pessimisticEnd({ numbers }: GemVersion): GemVersion {
  const kept = numbers.slice(0, Math.max(1, numbers.length - 1));
  return release({ text: '', numbers: [...kept.slice(0, -1), increment(kept.at(-1) ?? 0)], rest: [] });
}
