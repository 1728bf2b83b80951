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

const operators = ['', '=', '==', '!=', '>', '<', '>=', '=>', '<=', '=<', '~', '^'];

export const versionScheme = defineVersionScheme<Semver>({
  id: 'semver',
  doc: 'Semantic versions, strictly.',
  parse: parseSemver,
  print: printSemver,
  compare: compareSemver,
  constraint: (text, { prereleases = false, zeroPadding = false } = {}) =>
    readers[`${prereleases}-${zeroPadding}`](text),
  rangeEnd,
  release: releaseOf,
});

const readers = {
  'false-false': reader(false, false),
  'false-true': reader(false, true),
  'true-false': reader(true, false),
  'true-true': reader(true, true),
};

function reader(prereleases: boolean, zeroPadding: boolean): ReturnType<typeof semverConstraints> {
  return semverConstraints({
    operators,
    compare: compareSemver,
    zeroPadding,
    lowestBelow: true,
    admits: (version, bound) =>
      (prereleases || !hasTail(version.tail) || hasTail(bound.tail)) &&
      !(hasTail(bound.tail) && hasWildcard(bound)),
  });
}
