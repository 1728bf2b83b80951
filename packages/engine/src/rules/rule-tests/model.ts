import type { RuleFile } from '../loader.ts';
import type { LoadedRule } from '../ruleset.ts';

/** A place in a test file, both from 1. */
export interface TestPlace {
  readonly line: number;
  readonly column: number;
}

/** What a test gives a field: a text, several, or nothing. Byte strings (latin1). */
export type GivenValue = string | readonly string[] | null;

export interface GivenField extends TestPlace {
  readonly value: GivenValue;
}

/** One event, and whether the rule must fire on it. */
export interface RuleTestCase extends TestPlace {
  readonly name: string;
  readonly expected: 'fires' | 'silent';
  /** Name of the event type, such as `openat`. */
  readonly eventType: string;
  readonly source: string;
  /** By field, as written in the file. A field that is not here has no value. */
  readonly fields: ReadonlyMap<string, GivenField>;
}

export interface RuleTest extends TestPlace {
  /** Name of the rule, a byte string. */
  readonly rule: string;
  /** Definitions that are loaded after all others for this test; null when there are none. */
  readonly extra: RuleFile | null;
  readonly cases: readonly RuleTestCase[];
}

/** A file of tests. */
export interface RuleTestFile {
  readonly name: string;
  /** Name of the rule file that it tests, as written. */
  readonly rules: string;
  readonly tests: readonly RuleTest[];
}

/** What is wrong with a test file itself. */
export interface RuleTestProblem extends TestPlace {
  readonly message: string;
  readonly hint: string | null;
}

/** A single check of a condition, with what the event gave it. Texts are for people (no byte strings). */
export interface CheckTrace {
  /** Canonical text. */
  readonly text: string;
  readonly holds: boolean;
  /** The value that was tested, as text; null when the event has none. */
  readonly value: string | null;
  /** The value on the right of a comparison of two fields; absent for other checks. */
  readonly other?: string | null;
}

export interface RuleTestResult {
  /** For people. */
  readonly rule: string;
  readonly test: RuleTestCase;
  readonly passed: boolean;
  /** The checks that made a failed test what it was; empty for one that passed. */
  readonly causes: readonly CheckTrace[];
  /** Why the condition was not even looked at, or why the test cannot be run; null otherwise. */
  readonly problem: { readonly message: string; readonly hint: string | null } | null;
}

export interface RuleTestReport {
  readonly results: readonly RuleTestResult[];
  /** Rules of the tested file on which no event is tried. */
  readonly untested: readonly LoadedRule[];
}
