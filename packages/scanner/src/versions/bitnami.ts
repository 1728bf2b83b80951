import {
  compareRevisions,
  parseSemver,
  printSemver,
  rangeEnd,
  type Semver,
  semverConstraints,
} from '../lib/semver.ts';
import { defineVersionScheme } from '../version-scheme.ts';

const operators = ['', '=', '==', '!=', '>', '<', '>=', '=>', '<=', '=<', '~', '^'];
const rules = { operators, compare: compareRevisions, lowestBelow: true, admits: () => true };
const open = semverConstraints({ ...rules, zeroPadding: false });
const padded = semverConstraints({ ...rules, zeroPadding: true });

export const versionScheme = defineVersionScheme<Semver>({
  id: 'bitnami',
  doc: 'Semantic versions whose tail is a revision of the package: 1.2.3-1 comes after 1.2.3.',
  parse: parseSemver,
  print: printSemver,
  compare: compareRevisions,
  constraint: (text, { zeroPadding = false } = {}) => (zeroPadding ? padded : open)(text),
  rangeEnd,
});
