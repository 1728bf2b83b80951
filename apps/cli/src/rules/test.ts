import { fromByteString, type CheckTrace, type RuleTestResult } from '@lanner/engine';
import { type CommandEnvironment, type CommandInput, flagOption, listOption } from '../command.ts';
import { builtInRules } from '../detect/rule-files.ts';
import { paint } from '../lib/colour.ts';
import { type TestedFile, testPaths } from './test-files.ts';

/** More checks of one failure are only counted. */
const maxCauses = 20;
/** Longer checks are cut: conditions may name hundreds of values. */
const maxCheckText = 160;

/**
 * `rules test`: whether rules fire and stay silent as their tests say. Exit code 1 when one does not, and with --strict
 * also for a rule without a test.
 */
export function testRules(environment: CommandEnvironment, { values, positionals }: CommandInput): number {
  const paths = positionals.length === 0 ? [builtInRules] : positionals;
  const files = testPaths(paths, listOption(values, 'rules'));
  const strict = flagOption(values, 'strict');
  const totals = totalsOf(files);
  if (flagOption(values, 'json')) {
    environment.out(`${JSON.stringify({ totals, files: files.map(fileJson) }, null, 2)}\n`);
  } else {
    for (const file of files) {
      environment.out(fileText(file, environment.outColour));
    }
    environment.out(summary(totals, environment.outColour));
  }
  const failed = totals.failed > 0 || totals.problems > 0 || (strict && totals.untested > 0);
  return failed || totals.tests === 0 ? 1 : 0;
}

interface Totals {
  readonly tests: number;
  readonly failed: number;
  readonly problems: number;
  readonly rules: number;
  readonly untested: number;
}

function totalsOf(files: readonly TestedFile[]): Totals {
  const results = files.flatMap(({ report }) => report.results);
  return {
    tests: results.length,
    failed: results.filter(({ passed }) => !passed).length,
    problems: files.flatMap(({ problems }) => problems).length,
    rules: new Set(results.map(({ rule }) => rule)).size,
    untested: files.flatMap(({ report }) => report.untested).length,
  };
}

function fileJson({ path, problems, report }: TestedFile): unknown {
  return {
    file: path,
    problems,
    untested: report.untested.map(({ name }) => fromByteString(name)),
    tests: report.results.map(({ rule, test, passed, causes, problem }) => ({
      rule,
      test: fromByteString(test.name),
      line: test.line,
      expected: test.expected,
      passed,
      problem,
      causes,
    })),
  };
}

function fileText({ path, problems, report }: TestedFile, colour: boolean): string {
  const byRule = Map.groupBy(report.results, ({ rule }) => rule);
  return [
    `${paint(path, colour, 'bold')}\n`,
    ...problems.map(
      ({ line, column, message, hint }) =>
        `  ${paint('error:', colour, 'brightRed', 'bold')} ${path}:${line}:${column}: ${message}\n${hintText(hint, '    ', colour)}`,
    ),
    ...[...byRule].map(([rule, results]) => ruleText(rule, results, path, colour)),
    ...report.untested.map(
      ({ name }) =>
        `  ${paint('?', colour, 'yellow', 'bold')} ${fromByteString(name)} ${paint('no test', colour, 'yellow')}\n`,
    ),
  ].join('');
}

function ruleText(rule: string, results: readonly RuleTestResult[], path: string, colour: boolean): string {
  const failures = results.filter(({ passed }) => !passed);
  const fires = results.filter(({ test }) => test.expected === 'fires').length;
  const counts = paint(`${fires} fire, ${results.length - fires} silent`, colour, 'dim');
  const mark =
    failures.length === 0 ? paint('✓', colour, 'green', 'bold') : paint('✗', colour, 'brightRed', 'bold');
  return `  ${mark} ${rule} ${counts}\n${failures.map((result) => failureText(result, path, colour)).join('')}`;
}

function failureText({ test, causes, problem }: RuleTestResult, path: string, colour: boolean): string {
  const said = test.expected === 'fires' ? 'must fire, but is silent' : 'must be silent, but fires';
  const place = paint(`(${path}:${test.line})`, colour, 'dim');
  const head = `      ${fromByteString(test.name)}: ${paint(said, colour, 'brightRed')} ${place}\n`;
  if (problem !== null) {
    return `${head}        ${problem.message}\n${hintText(problem.hint, '        ', colour)}`;
  }
  const hidden = causes.length - maxCauses;
  const more = hidden > 0 ? `        … and ${hidden} more\n` : '';
  return `${head}${causes
    .slice(0, maxCauses)
    .map((cause) => causeText(cause, colour))
    .join('')}${more}`;
}

function causeText({ text, holds, value, other }: CheckTrace, colour: boolean): string {
  const mark = holds ? paint('true ', colour, 'green') : paint('false', colour, 'brightRed');
  const right = other === undefined ? '' : ` and ${shown(other)}`;
  return `        ${mark} ${cut(text)}  ${paint(`← ${shown(value)}${right}`, colour, 'dim')}\n`;
}

function shown(value: string | null): string {
  return value === null ? 'no value' : cut(value);
}

function cut(text: string): string {
  return text.length <= maxCheckText ? text : `${text.slice(0, maxCheckText)}…`;
}

function hintText(hint: string | null, indent: string, colour: boolean): string {
  return hint === null ? '' : `${indent}${paint('hint:', colour, 'cyan')} ${hint}\n`;
}

function summary({ tests, failed, problems, rules, untested }: Totals, colour: boolean): string {
  if (tests === 0 && problems === 0) {
    return `${paint('no tests found', colour, 'yellow')}: tests lie beside the rules, in TOPIC.test.yaml\n`;
  }
  const parts = [
    `${tests} tests of ${rules} rules`,
    failed === 0
      ? paint('all pass', colour, 'green')
      : paint(`${failed} failed`, colour, 'brightRed', 'bold'),
    ...(problems === 0 ? [] : [paint(`${problems} problems of test files`, colour, 'brightRed', 'bold')]),
    ...(untested === 0 ? [] : [paint(`${untested} rules without a test`, colour, 'yellow')]),
  ];
  return `${parts.join(', ')}\n`;
}
