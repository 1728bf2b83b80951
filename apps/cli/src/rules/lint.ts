import { AppError } from '@lanner/core';
import { fromByteString, type LintFinding, lintRules, rewriteDeprecated, type RuleSet } from '@lanner/engine';
import {
  type CommandEnvironment,
  type CommandInput,
  flagOption,
  type OptionValues,
  textOption,
} from '../command.ts';
import type { FoundRuleFile } from '../detect/rule-files.ts';
import { type Colour, paint } from '../lib/colour.ts';
import { missingArgument } from '../lib/subcommands.ts';
import { asRuleFile, loadWithPlugins, ruleFilesOf } from './load.ts';
import { replaceFile } from './replace-file.ts';

type Severity = LintFinding['severity'];

/** A deprecated form that was rewritten, or that is left to a person. */
interface Fix {
  readonly file: string;
  /** From 1, in the file as it was. */
  readonly line: number;
  readonly message: string;
  readonly done: boolean;
}

const colours: Readonly<Record<Severity, Colour>> = { error: 'brightRed', warning: 'yellow', note: 'cyan' };
const severities: readonly Severity[] = ['error', 'warning', 'note'];
/** Longer lines of a file are not shown. */
const maxShownLine = 200;

/** `rules lint`: what is wrong with rule files, as a compiler says it. Exit code 1 when there is an error. */
export function lint(environment: CommandEnvironment, { values, positionals }: CommandInput): number {
  const matching = matchingOf(values);
  const shouldFix = flagOption(values, 'fix');
  if (shouldFix && positionals.length === 0) {
    throw missingArgument('rules lint --fix', 'FILE…', 'the files to rewrite');
  }
  const found = ruleFilesOf(positionals);
  const fixed = shouldFix ? found.map(fixFile) : found.map((file) => ({ file, fixes: [] }));
  const fixes = fixed.flatMap((each) => each.fixes);
  const files = fixed.map(({ file }) => file);
  const set = loadWithPlugins(files.map(asRuleFile));
  const findings = inFileOrder([...lintRules(set, { matching }), ...pluginFindings(set)], files);
  const hasErrors = findings.some(({ severity }) => severity === 'error');
  if (flagOption(values, 'json')) {
    const counts = Object.fromEntries(severities.map((severity) => [severity, count(findings, severity)]));
    const report = { files: files.length, rules: set.rules.length, counts, fixes, findings };
    environment.out(`${JSON.stringify(report, null, 2)}\n`);
  } else {
    print(environment, { findings, fixes, files, rules: set.rules.length });
  }
  return hasErrors ? 1 : 0;
}

function matchingOf(values: OptionValues): 'first' | 'all' {
  const matching = textOption(values, 'matching') ?? 'first';
  if (matching !== 'first' && matching !== 'all') {
    throw new AppError('usage.invalid', `--matching '${matching}' is none of first, all`, {
      hint: 'Give what rule_matching has in the configuration.',
    });
  }
  return matching;
}

function fixFile(file: FoundRuleFile): { file: FoundRuleFile; fixes: readonly Fix[] } {
  const { text, changes, remaining } = rewriteDeprecated(file.content);
  if (text !== file.content) {
    replaceFile(file.path, text);
  }
  const fixes = [
    ...changes.map((note) => ({ file: file.path, ...note, done: true })),
    ...remaining.map((note) => ({ file: file.path, ...note, done: false })),
  ].sort((a, b) => a.line - b.line);
  return { file: { ...file, content: text }, fixes };
}

function pluginFindings({ pluginProblem }: RuleSet): LintFinding[] {
  return pluginProblem === null
    ? []
    : [
        {
          kind: 'load-error',
          severity: 'error',
          message: pluginProblem,
          hint: 'Rules cannot run without what they require.',
          subject: '',
          file: '',
          line: 1,
          column: 1,
        },
      ];
}

function inFileOrder(findings: readonly LintFinding[], files: readonly FoundRuleFile[]): LintFinding[] {
  const places = new Map(files.map(({ path }, i) => [path, i]));
  const place = ({ file }: LintFinding): number => places.get(file) ?? -1;
  return findings.toSorted((a, b) => place(a) - place(b) || a.line - b.line || a.column - b.column);
}

interface Report {
  readonly findings: readonly LintFinding[];
  readonly fixes: readonly Fix[];
  readonly files: readonly FoundRuleFile[];
  readonly rules: number;
}

function print({ out, outColour }: CommandEnvironment, { findings, fixes, files, rules }: Report): void {
  for (const { file, line, message, done } of fixes) {
    const label = done
      ? paint('fixed:', outColour, 'green', 'bold')
      : paint('by hand:', outColour, 'yellow', 'bold');
    out(`${paint(`${file}:${line}:`, outColour, 'bold')} ${label} ${message}\n`);
  }
  const contents = new Map(files.map(({ path, content }) => [path, content.split('\n')]));
  for (const finding of findings) {
    out(findingText(finding, contents.get(finding.file), outColour));
  }
  const counts = severities.map((severity) => {
    const number = count(findings, severity);
    return number === 0 ? `0 ${severity}s` : paint(plural(number, severity), outColour, colours[severity]);
  });
  const done = fixes.filter((fix) => fix.done).length;
  const fixedText = done === 0 ? '' : `, ${paint(`${done} fixed`, outColour, 'green')}`;
  out(`${plural(files.length, 'file')}, ${plural(rules, 'rule')}: ${counts.join(', ')}${fixedText}\n`);
}

function findingText(finding: LintFinding, lines: readonly string[] | undefined, colour: boolean): string {
  const { severity, message, hint, subject, kind, file, line, column } = finding;
  const place = file === '' ? '' : `${paint(`${file}:${line}:${column}:`, colour, 'bold')} `;
  const about = subject === '' ? '' : `${subject}: `;
  const head = `${place}${paint(`${severity}:`, colour, colours[severity], 'bold')} ${about}${message} ${paint(`[${kind}]`, colour, 'dim')}\n`;
  const source = severity === 'note' ? '' : sourceText(lines?.[line - 1], column, colour);
  return `${head}${source}${hint === null ? '' : `  ${paint('hint:', colour, 'cyan')} ${hint}\n`}`;
}

/** The line of the file with a mark below the place; columns count bytes. */
function sourceText(line: string | undefined, column: number, colour: boolean): string {
  const bytes = (line ?? '').replace(/\r$/, '');
  if (bytes.trim() === '' || bytes.length > maxShownLine) {
    return '';
  }
  const before = fromByteString(bytes.slice(0, column - 1)).replaceAll(/[^\t]/gu, ' ');
  return `    ${fromByteString(bytes)}\n    ${before}${paint('^', colour, 'green', 'bold')}\n`;
}

function count(findings: readonly LintFinding[], severity: Severity): number {
  return findings.filter((finding) => finding.severity === severity).length;
}

function plural(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
