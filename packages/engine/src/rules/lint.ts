import { nearest } from '@lanner/core';
import { fromByteString } from './bytes.ts';
import { detailsOf } from './condition-details.ts';
import type { Context } from './context.ts';
import { implies, isContradiction } from './implies.ts';
import type { LoadedRule, RuleSet } from './ruleset.ts';

export type LintKind =
  | 'load-error'
  | 'load-warning'
  | 'schema'
  | 'never-matches'
  | 'shadowed'
  | 'unknown-list'
  | 'no-tags'
  | 'no-description';

/** Something that a rule file's author should look at. */
export interface LintFinding {
  readonly kind: LintKind;
  readonly severity: 'error' | 'warning' | 'note';
  readonly message: string;
  readonly hint: string | null;
  /** Name of the rule, macro or list; '' where the finding is about a file. */
  readonly subject: string;
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
}

export interface LintOptions {
  /** With `first` only the first rule that matches an event reports it, so that later ones can be shadowed. */
  readonly matching?: 'first' | 'all';
}

/**
 * Looks for rules that cannot report anything, and for what loading complained about. Findings about conditions are
 * certain: what cannot be proved is not reported.
 */
export function lintRules(set: RuleSet, { matching = 'first' }: LintOptions = {}): LintFinding[] {
  return [
    ...loadFindings(set),
    ...set.rules.flatMap((rule) => [...neverFindings(rule), ...metadataFindings(rule)]),
    ...listFindings(set),
    ...(matching === 'first' ? shadowFindings(set.enabled) : []),
  ];
}

function loadFindings(set: RuleSet): LintFinding[] {
  const findings: LintFinding[] = [];
  for (const { name, schemaStatus, errors, warnings } of set.results) {
    for (const { severity, code, title, message, hint, file, line, column, context } of [
      ...errors,
      ...warnings,
    ]) {
      findings.push({
        kind: severity === 'error' ? 'load-error' : 'load-warning',
        severity,
        message: `${code}: ${message === '' ? title : message}`,
        hint,
        subject: context.findLast(({ itemName }) => itemName !== '')?.itemName ?? '',
        file,
        line,
        column,
      });
    }
    // The first lines say what exactly is wrong; the others name what contains it.
    if (schemaStatus.length > 0 && schemaStatus[0] !== 'ok') {
      const message = `Does not match the schema of rule files: ${fromByteString(schemaStatus[0] ?? '')}`;
      findings.push({
        kind: 'schema',
        severity: 'warning',
        message,
        hint: null,
        subject: '',
        file: fromByteString(name),
        line: 1,
        column: 1,
      });
    }
  }
  return findings;
}

function neverFindings(rule: LoadedRule): LintFinding[] {
  if (isContradiction(rule.plan) !== 'yes') {
    return [];
  }
  return [
    finding(rule, 'never-matches', 'warning', 'The condition can never hold.', {
      hint: rule.enabledByDefault
        ? 'Change the condition, or disable the rule if it is a placeholder.'
        : null,
    }),
  ];
}

/** Values that look like misspelt names of lists: Falco takes an unknown name in a list for a value, in silence. */
function listFindings(set: RuleSet): LintFinding[] {
  const findings: LintFinding[] = [];
  const names = set.lists.map(({ name }) => name).filter((name) => name.includes('_'));
  const values = new Set(set.lists.flatMap(({ items }) => items));
  for (const { name: subject, info } of [...set.rules, ...set.macros]) {
    const parsed = set.language.parse(info.condition.text, 1000);
    for (const item of parsed.ok ? detailsOf(parsed.expr).items : []) {
      const near =
        item.includes('_') && !values.has(item) && !names.includes(item) ? nearest(item, names) : null;
      if (near !== null) {
        findings.push({
          kind: 'unknown-list',
          severity: 'warning',
          message: `'${fromByteString(item)}' is no list, so it is taken as a value.`,
          hint: `Did you mean the list '${fromByteString(near)}'?`,
          subject: fromByteString(subject),
          ...placeOf(info.context),
        });
      }
    }
  }
  return findings;
}

function metadataFindings(rule: LoadedRule): LintFinding[] {
  const findings: LintFinding[] = [];
  if (rule.tags.length === 0) {
    findings.push(
      finding(rule, 'no-tags', 'note', 'The rule has no tags.', {
        hint: 'Add tags, so that the rule can be selected and grouped.',
      }),
    );
  }
  if (rule.description.trim() === '') {
    findings.push(finding(rule, 'no-description', 'note', 'The rule has no description.', { hint: null }));
  }
  return findings;
}

/** Rules that an earlier rule keeps from ever reporting: it sees the same events and matches whenever they would. */
function shadowFindings(rules: readonly LoadedRule[]): LintFinding[] {
  const findings: LintFinding[] = [];
  for (const [index, rule] of rules.entries()) {
    const earlier = rules
      .slice(0, index)
      .find(
        (other) =>
          other.source === rule.source &&
          isSubset(rule.eventIds, other.eventIds) &&
          implies(rule.plan, other.plan) === 'yes',
      );
    if (earlier !== undefined && isContradiction(rule.plan) !== 'yes') {
      const name = fromByteString(earlier.name);
      findings.push(
        finding(rule, 'shadowed', 'warning', `The rule never reports: "${name}" matches whenever it does.`, {
          hint: `Put the rule before "${name}", narrow that one, or set rule_matching to all.`,
        }),
      );
    }
  }
  return findings;
}

function isSubset(inner: ReadonlySet<number>, outer: ReadonlySet<number>): boolean {
  return inner.isSubsetOf(outer);
}

function finding(
  rule: LoadedRule,
  kind: LintKind,
  severity: LintFinding['severity'],
  message: string,
  { hint }: { readonly hint: string | null },
): LintFinding {
  return { kind, severity, message, hint, subject: fromByteString(rule.name), ...placeOf(rule.info.context) };
}

function placeOf({ source, at }: Context): Pick<LintFinding, 'file' | 'line' | 'column'> {
  const { line, column } = source.position(at);
  return { file: fromByteString(source.name), line: line + 1, column: column + 1 };
}
