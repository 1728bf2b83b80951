import { packageConstraint } from '../lib/constraints.ts';
import { bigNumber, order, parseNumber, type VersionNumber } from '../lib/version-parts.ts';
import { defineVersionScheme } from '../version-scheme.ts';

export interface DebVersion {
  readonly epoch: VersionNumber;
  readonly upstream: string;
  /** Empty when there is none. */
  readonly revision: string;
}

export const versionScheme = defineVersionScheme<DebVersion>({
  id: 'deb',
  doc: 'Debian, Ubuntu and what is built like them.',
  parse,
  print,
  compare,
  constraint: (text) => packageConstraint(text, parse, compare),
});

function parse(text: string): DebVersion | null {
  const trimmed = text.trim();
  const colon = trimmed.indexOf(':');
  const epoch = colon < 0 ? 0 : parseNumber(trimmed.slice(0, colon).replace(/^[+-](?=0+$)|^\+/, ''));
  const rest = trimmed.slice(colon + 1);
  const dash = rest.lastIndexOf('-');
  const upstream = dash < 0 ? rest : rest.slice(0, dash);
  const revision = dash < 0 ? '' : rest.slice(dash + 1);
  if (
    epoch === null ||
    !/^\p{Nd}[\p{Nd}\p{L}.\-+~:_]*$/u.test(upstream) ||
    !/^[\p{Nd}\p{L}+.~_]*$/u.test(revision)
  ) {
    return null;
  }
  return { epoch, upstream, revision };
}

function print({ epoch, upstream, revision }: DebVersion): string {
  // Without them, a colon or hyphen of the version would be read as the end of an epoch or version.
  const start = epoch === 0 && !upstream.includes(':') ? '' : `${epoch}:`;
  return `${start}${upstream}${revision === '' && !upstream.includes('-') ? '' : `-${revision}`}`;
}

function compare(a: DebVersion, b: DebVersion): number {
  return (
    order(a.epoch, b.epoch) ||
    compareAlternating(a.upstream, b.upstream) ||
    compareAlternating(a.revision, b.revision)
  );
}

/** Text and number by turns; what is missing is an empty text or 0. */
function compareAlternating(a: string, b: string): number {
  if (a === b) {
    return 0;
  }
  const left = pieces(a);
  const right = pieces(b);
  const length = Math.max(left.length, right.length);
  for (let i = 0; i < length; i++) {
    const [leftText = '', leftDigits = '0'] = left[i] ?? [];
    const [rightText = '', rightDigits = '0'] = right[i] ?? [];
    const result = compareTexts(leftText, rightText) || order(bigNumber(leftDigits), bigNumber(rightDigits));
    if (result !== 0) {
      return result;
    }
  }
  return 0;
}

function pieces(text: string): [string, string][] {
  return Array.from(text.matchAll(/([^0-9]*)([0-9]*)/g), ([, letters = '', digits = '']) => [
    letters,
    digits === '' ? '0' : digits,
  ]);
}

function compareTexts(a: string, b: string): number {
  const length = Math.max(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const result = order(rank(a[i]), rank(b[i]));
    if (result !== 0) {
      return result;
    }
  }
  return 0;
}

/** A tilde is before the end of the text, which is before letters, which are before all else. */
function rank(character: string | undefined): number {
  if (character === undefined) {
    return 0;
  }
  const code = character.charCodeAt(0);
  return character === '~' ? -1 : /\p{L}/u.test(character) ? code : code + 256;
}
