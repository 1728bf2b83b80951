import type { RuleFile } from '../loader.ts';
import type { RuleSet } from '../ruleset.ts';
import type { RuleTestFile, RuleTestReport, RuleTestResult } from './model.ts';
import { runRuleTests } from './run.ts';

export interface RuleTestRun {
  /** The rules as they are. */
  readonly set: RuleSet;
  /** Loads them again with definitions behind them, for tests that have some under `with`. */
  readonly loadWith: (extra: RuleFile) => RuleSet;
  /** Byte string: the name under which the tested file was loaded. */
  readonly ruleFile: string;
}

/** Runs all tests of a file. What does not load under `with` fails the tests that need it. */
export function testRuleFile({ tests }: RuleTestFile, run: RuleTestRun): RuleTestReport {
  const { set, loadWith, ruleFile } = run;
  const results = tests.flatMap((test): RuleTestResult[] => {
    if (test.extra === null) {
      return runRuleTests(set, [test]);
    }
    const changed = loadWith(test.extra);
    const error = changed.results.flatMap(({ errors }) => errors)[0];
    return error === undefined
      ? runRuleTests(changed, [test])
      : runRuleTests(set, [test]).map((result) => ({
          ...result,
          passed: false,
          causes: [],
          problem: { message: `${error.file}:${error.line}: ${error.message}`, hint: error.hint },
        }));
  });
  const tried = new Set(tests.filter(({ cases }) => cases.length > 0).map(({ rule }) => rule));
  const untested = set.rules.filter(({ name, definedAt }) => definedAt.file === ruleFile && !tried.has(name));
  return { results, untested };
}
