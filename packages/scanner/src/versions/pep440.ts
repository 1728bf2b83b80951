import { type Check, constraintReader } from '../lib/constraints.ts';
import { compareLists, order, parseNumber, trimZeros, type VersionNumber } from '../lib/version-parts.ts';
import { defineVersionScheme, type VersionConstraint } from '../version-scheme.ts';

/** A pre-, post- or development release. */
interface Stage {
  readonly letter: string;
  readonly number: VersionNumber;
}

export interface Pep440Version {
  readonly epoch: VersionNumber;
  readonly release: readonly VersionNumber[];
  readonly pre: Stage | null;
  readonly post: Stage | null;
  readonly dev: Stage | null;
  /** Behind the plus; empty when there is none. */
  readonly local: string;
}

const pattern =
  String.raw`v?(?:(?<epoch>[0-9]+)!)?(?<release>[0-9]+(?:\.[0-9]+)*)` +
  String.raw`(?:[-_.]?(?<pre>a|b|c|rc|alpha|beta|pre|preview)[-_.]?(?<preNumber>[0-9]+)?)?` +
  String.raw`(?:-(?<barePost>[0-9]+)|[-_.]?(?<post>post|rev|r)[-_.]?(?<postNumber>[0-9]+)?)?` +
  String.raw`(?:[-_.]?(?<dev>dev)[-_.]?(?<devNumber>[0-9]+)?)?` +
  String.raw`(?:\+(?<local>[a-z0-9]+(?:[-_.][a-z0-9]+)*))?`;
const wholePattern = new RegExp(String.raw`^[\t\n\f\r ]*${pattern}[\t\n\f\r ]*$`, 'i');
const letters: Readonly<Record<string, string>> = {
  a: 'a',
  alpha: 'a',
  b: 'b',
  beta: 'b',
  rc: 'rc',
  c: 'rc',
  pre: 'rc',
  preview: 'rc',
};

interface SpecifierRules {
  readonly prereleases: boolean;
  readonly localVersions: boolean;
}

const readers = {
  'false-false': reader({ prereleases: false, localVersions: false }),
  'false-true': reader({ prereleases: false, localVersions: true }),
  'true-false': reader({ prereleases: true, localVersions: false }),
  'true-true': reader({ prereleases: true, localVersions: true }),
};

export const versionScheme = defineVersionScheme<Pep440Version>({
  id: 'pep440',
  doc: "Python's versions and specifiers.",
  parse,
  print,
  compare,
  constraint: (text, { prereleases = false, localVersions = false } = {}) =>
    readers[`${prereleases}-${localVersions}`](withoutStars(text)),
});

function parse(text: string): Pep440Version | null {
  const groups = wholePattern.exec(text)?.groups;
  if (groups === undefined) {
    return null;
  }
  const release = (groups['release'] ?? '').split('.').map(parseNumber);
  const numbers = [
    groups['epoch'],
    groups['preNumber'],
    groups['barePost'] ?? groups['postNumber'],
    groups['devNumber'],
  ];
  const [epoch = null, preNumber = null, postNumber = null, devNumber = null] = numbers.map((digits) =>
    parseNumber(digits ?? '0'),
  );
  if (epoch === null || preNumber === null || postNumber === null || devNumber === null) {
    return null;
  }
  if (!release.every((number) => number !== null)) {
    return null;
  }
  const pre = groups['pre']?.toLowerCase();
  return {
    epoch,
    release,
    pre: pre === undefined ? null : { letter: letters[pre] ?? pre, number: preNumber },
    post:
      (groups['post'] ?? groups['barePost']) === undefined ? null : { letter: 'post', number: postNumber },
    dev: groups['dev'] === undefined ? null : { letter: 'dev', number: devNumber },
    local: (groups['local'] ?? '').toLowerCase(),
  };
}

function print(version: Pep440Version): string {
  return `${printPublic(version)}${version.local === '' ? '' : `+${version.local}`}`;
}

function printPublic(version: Pep440Version): string {
  const { pre, post, dev } = version;
  return [
    printBase(version),
    pre === null ? '' : `${pre.letter}${pre.number}`,
    post === null ? '' : `.post${post.number}`,
    dev === null ? '' : `.dev${dev.number}`,
  ].join('');
}

function printBase({ epoch, release }: Pep440Version): string {
  return `${epoch === 0 ? '' : `${epoch}!`}${release.join('.')}`;
}

function compare(a: Pep440Version, b: Pep440Version): number {
  return (
    compareBase(a, b) ||
    comparePre(a, b) ||
    comparePost(a, b) ||
    compareDev(a, b) ||
    compareLocal(a.local, b.local)
  );
}

function compareBase(a: Pep440Version, b: Pep440Version): number {
  return order(a.epoch, b.epoch) || compareLists(trimZeros(a.release), trimZeros(b.release));
}

/** A development release of a final release comes before its pre-releases. */
function comparePre(a: Pep440Version, b: Pep440Version): number {
  return compareStages(a.pre, b.pre, preRank(a), preRank(b));
}

function preRank({ pre, post, dev }: Pep440Version): number {
  return pre !== null ? 0 : post === null && dev !== null ? -1 : 1;
}

function comparePost(a: Pep440Version, b: Pep440Version): number {
  return compareStages(a.post, b.post, a.post === null ? -1 : 0, b.post === null ? -1 : 0);
}

function compareDev(a: Pep440Version, b: Pep440Version): number {
  return compareStages(a.dev, b.dev, a.dev === null ? 1 : 0, b.dev === null ? 1 : 0);
}

function compareStages(a: Stage | null, b: Stage | null, rankA: number, rankB: number): number {
  if (a === null || b === null) {
    return order(rankA, rankB);
  }
  return order(a.letter, b.letter) || order(a.number, b.number);
}

function compareLocal(a: string, b: string): number {
  if (a === '' || b === '') {
    return order(a === '' ? 0 : 1, b === '' ? 0 : 1);
  }
  return compareLists(localParts(a), localParts(b), true);
}

function localParts(text: string): (VersionNumber | string)[] {
  return text.split('.').map((part) => parseNumber(part) ?? part);
}

/** Trivy takes a lone star for any version; specifiers have no such form. */
function withoutStars(text: string): string {
  return text
    .split('||')
    .map((segment) => (segment.trim() === '*' ? '>=0.0.0' : segment))
    .join('||');
}

function reader(rules: SpecifierRules): (text: string) => VersionConstraint<Pep440Version> | null {
  return constraintReader<Pep440Version>({
    version: String.raw`${pattern.replaceAll(/\(\?<\w+>/g, '(?:')}(?:\.\*)?`,
    operators: ['', '=', '==', '!=', '>', '<', '>=', '<=', '~=', '==='],
    ignoresCase: true,
    comparison: (operator, text) => specifier(operator, text, rules),
  });
}

function specifier(operator: string, text: string, rules: SpecifierRules): Check<Pep440Version> | null {
  if (operator === '===') {
    return (version) => print(version).toLowerCase() === text.toLowerCase();
  }
  const isPrefix = text.endsWith('.*');
  const bound = parse(isPrefix ? text.slice(0, -2) : text);
  if (bound === null) {
    return null;
  }
  if (['', '=', '==', '!='].includes(operator)) {
    const equals = isPrefix ? prefixEquality(text, bound) : equality(bound, rules);
    return operator === '!=' && equals !== null ? (version) => !equals(version) : equals;
  }
  if (isPrefix || (bound.local !== '' && !rules.localVersions)) {
    return null;
  }
  const check = ordered(operator, bound);
  return check === null
    ? null
    : (version) => {
        // A version loses its leave to be a pre-release with its local part; so in Trivy.
        const cut = !rules.localVersions && version.local !== '';
        return check(cut ? withoutLocal(version) : version, rules.prereleases && !cut);
      };
}

function equality(bound: Pep440Version, { localVersions }: SpecifierRules): Check<Pep440Version> {
  return (version) =>
    compare(bound.local === '' && !localVersions ? withoutLocal(version) : version, bound) === 0;
}

function prefixEquality(text: string, bound: Pep440Version): Check<Pep440Version> | null {
  return bound.dev !== null || bound.local !== '' ? null : prefixCheck(text.slice(0, -2));
}

type OrderCheck = (version: Pep440Version, prereleases: boolean) => boolean;

function ordered(operator: string, bound: Pep440Version): OrderCheck | null {
  switch (operator) {
    case '>=':
      return (version) => compare(version, bound) >= 0;
    case '<=':
      return (version) => compare(version, bound) <= 0;
    case '<':
      return (version, prereleases) =>
        compare(version, bound) < 0 && (prereleases || !isEarlyOf(version, bound));
    case '>':
      return (version) => compare(version, bound) > 0 && !isLateOf(version, bound);
    case '~=':
      return bound.release.length < 2 ? null : compatible(bound);
    default:
      return null;
  }
}

/** `<3.1` does not let 3.1.dev0 in. */
function isEarlyOf(version: Pep440Version, bound: Pep440Version): boolean {
  return !isPrerelease(bound) && isPrerelease(version) && compareBase(version, bound) === 0;
}

/** `>3.1` does not let 3.1.post0 in. */
function isLateOf(version: Pep440Version, bound: Pep440Version): boolean {
  return bound.post === null && version.post !== null && compareBase(version, bound) === 0;
}

function isPrerelease({ pre, dev }: Pep440Version): boolean {
  return pre !== null || dev !== null;
}

function withoutLocal(version: Pep440Version): Pep440Version {
  return { ...version, local: '' };
}

/** `~=2.2.post3` means `>=2.2.post3, ==2.*`. */
function compatible(bound: Pep440Version): Check<Pep440Version> {
  const parts = splitParts(printPublic(bound));
  const end = parts.findIndex((part) => part.startsWith('post') || part.startsWith('dev'));
  const prefix = (end < 0 ? parts : parts.slice(0, end)).slice(0, -1).join('.');
  const startsRight = prefixCheck(prefix);
  return (version) => compare(version, bound) >= 0 && startsRight(version);
}

/** The text of the version starts with these parts. */
function prefixCheck(prefix: string): Check<Pep440Version> {
  const wanted = splitParts(prefix);
  return (version) => {
    const found = splitParts(printPublic(version)).slice(0, wanted.length);
    const digits = { wanted: wanted.filter(isDigits), found: found.filter(isDigits) };
    // What follows the numbers is taken from the constraint on both sides, as Trivy does; only numbers decide.
    const rests = {
      wanted: wanted.slice(digits.wanted.length),
      found: wanted.slice(digits.found.length),
    };
    padHalf(digits.found, digits.wanted.length);
    padHalf(digits.wanted, digits.found.length);
    const left = [...digits.wanted, ...rests.wanted];
    const right = [...digits.found, ...rests.found];
    return left.length === right.length && left.every((part, i) => part === right[i]);
  };
}

/** Trivy pads with half of the zeros that are missing: `==1.0.0.*` does not hold for version 1. */
function padHalf(digits: string[], length: number): void {
  for (let i = 0; i < length - digits.length; i++) {
    digits.push('0');
  }
}

function isDigits(part: string): boolean {
  return /^[0-9]{1,18}$/.test(part);
}

/** Between dots, and between a number and the pre-release behind it. */
function splitParts(text: string): string[] {
  return text.split('.').flatMap((part) => {
    const [, number, stage] = /^([0-9]+)((?:a|b|c|rc)[0-9]+)$/.exec(part) ?? [];
    return number === undefined || stage === undefined ? [part] : [number, stage];
  });
}
