import { packageConstraint } from '../lib/constraints.ts';
import { order } from '../lib/version-parts.ts';
import { defineVersionScheme } from '../version-scheme.ts';

export interface RpmVersion {
  readonly epoch: number;
  readonly version: string;
  /** Empty when there is none. */
  readonly release: string;
}

export const versionScheme = defineVersionScheme<RpmVersion>({
  id: 'rpm',
  doc: 'Red Hat, SUSE, Amazon and what is built like them. Every text is a version.',
  parse,
  print: ({ epoch, version, release }) =>
    `${epoch === 0 && !`${version}${release}`.includes(':') ? '' : `${epoch}:`}${version}${release === '' ? '' : `-${release}`}`,
  compare,
  constraint: (text) => packageConstraint(text, parse, compare),
});

function parse(text: string): RpmVersion {
  const colon = text.indexOf(':');
  const head = colon < 0 ? '' : text.slice(0, colon).trimStart();
  const rest = text.slice(colon + 1);
  const dash = rest.indexOf('-');
  return {
    epoch: /^[+-]?[0-9]{1,15}$/.test(head) ? Number(head) || 0 : 0,
    version: dash < 0 ? rest : rest.slice(0, dash),
    release: dash < 0 ? '' : rest.slice(dash + 1),
  };
}

function compare(a: RpmVersion, b: RpmVersion): number {
  return (
    order(a.epoch, b.epoch) || compareSegments(a.version, b.version) || compareSegments(a.release, b.release)
  );
}

function compareSegments(a: string, b: string): number {
  if (a === b) {
    return 0;
  }
  const left = segments(a);
  const right = segments(b);
  const shared = Math.min(left.length, right.length);
  for (let i = 0; i < shared; i++) {
    const result = compareSegment(left[i] ?? '', right[i] ?? '');
    if (result !== 0) {
      return result;
    }
  }
  if (left.length === right.length) {
    return 0;
  }
  // The longer one is newer, unless a tilde makes it a pre-release.
  const leftIsLonger = left.length > right.length;
  const next = leftIsLonger ? left[shared] : right[shared];
  return leftIsLonger === (next === '~') ? -1 : 1;
}

/** What else is in a version only separates. */
function segments(text: string): string[] {
  return text.match(/[a-zA-Z]+|[0-9]+|[~^]/g) ?? [];
}

function compareSegment(a: string, b: string): number {
  // A tilde comes before everything; a caret too, as it is only reached when both go on.
  for (const mark of ['~', '^']) {
    if (a === mark || b === mark) {
      return a === b ? 0 : a === mark ? -1 : 1;
    }
  }
  const aIsNumber = isNumber(a);
  if (aIsNumber !== isNumber(b)) {
    return aIsNumber ? 1 : -1;
  }
  if (aIsNumber) {
    const left = a.replace(/^0+/, '');
    const right = b.replace(/^0+/, '');
    return order(left.length, right.length) || order(left, right);
  }
  return order(a, b);
}

function isNumber(segment: string): boolean {
  const first = segment.charCodeAt(0);
  return first >= 48 && first <= 57;
}
