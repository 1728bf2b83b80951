import {
  compareSemver,
  hasTail,
  hasWildcard,
  parseSemver,
  printSemver,
  rangeEnd,
  releaseOf,
  type Semver,
  semverConstraints,
} from '../lib/semver.ts';
import { defineVersionScheme } from '../version-scheme.ts';

const operators = ['', '=', '==', '>', '<', '>=', '=>', '<=', '=<', '~', '^'];

export const versionScheme = defineVersionScheme<Semver>({
  id: 'npm',
  doc: "Semantic versions with npm's ranges.",
  parse: parseSemver,
  print: printSemver,
  compare: compareSemver,
  constraint: (text, { prereleases = false } = {}) => (prereleases ? open : closed)(text),
  rangeEnd,
  release: releaseOf,
});

const rules = { operators, compare: compareSemver, zeroPadding: false, lowestBelow: false };
/** Pre-releases are versions like others. */
const open = semverConstraints({ ...rules, admits: (_version, bound) => isMeant(bound) });
/** A pre-release only satisfies a constraint that names one of the same release. */
const closed = semverConstraints({
  ...rules,
  admits: (version, bound) => isMeant(bound) && (!hasTail(version.tail) || hasTail(bound.tail)),
  exception: (operator, version, bound) => {
    if (!hasTail(version.tail) || isEquality(operator)) {
      return null;
    }
    if (operator === '~' || operator === '^') {
      return compareSemver(version, bound) >= 0 && compareSemver(version, releaseOf(bound)) < 0;
    }
    return compareSemver(releaseOf(version), releaseOf(bound)) === 0 ? null : false;
  },
});

function isEquality(operator: string): boolean {
  return operator === '' || operator === '=' || operator === '==';
}

function isMeant(bound: Semver): boolean {
  return !(hasTail(bound.tail) && hasWildcard(bound));
}
