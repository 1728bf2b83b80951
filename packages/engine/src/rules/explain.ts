import type { Expr } from '../lang/ast.ts';
import { fromByteString } from './bytes.ts';
import { detailsOf } from './condition-details.ts';
import { loadedRule } from './describe.ts';
import type { RuleLanguage } from './language.ts';
import { type priorityNames, priorityName } from './priority.ts';
import type { RuleSet } from './ruleset.ts';

/** A condition as a tree. `name` is the macro that a part comes from. */
export interface ConditionTree {
  readonly kind: 'all' | 'any' | 'not' | 'check';
  /** Canonical text of a check; '' for other kinds. */
  readonly text: string;
  readonly name: string | null;
  readonly children: readonly ConditionTree[];
}

/** Everything that there is to know about a rule, as text. */
export interface RuleExplanation {
  readonly name: string;
  readonly description: string;
  readonly source: string;
  readonly priority: (typeof priorityNames)[number];
  readonly tags: readonly string[];
  /** It runs with the current selection. */
  readonly enabled: boolean;
  readonly definedAt: { readonly file: string; readonly line: number; readonly column: number };
  readonly condition: ConditionTree;
  readonly conditionText: string;
  /** Names of the event types for which it is run. */
  readonly events: readonly string[];
  readonly macros: readonly { readonly name: string; readonly condition: string }[];
  readonly lists: readonly { readonly name: string; readonly items: readonly string[] }[];
  readonly exceptions: readonly { readonly name: string; readonly values: number }[];
  readonly fields: readonly { readonly name: string; readonly doc: string | null }[];
  readonly output: string;
  readonly outputFields: readonly { readonly name: string; readonly doc: string | null }[];
}

/** Explains a rule; AppError 'rules.invalid' when it is not loaded. */
export function explainRule(set: RuleSet, name: string): RuleExplanation {
  const rule = loadedRule(set, name);
  const { language } = set;
  const labels = macroLabels(set, rule.macros);
  const details = detailsOf(rule.condition);
  const printed = language.checkOutput(rule.output, rule.source);
  return {
    name: fromByteString(rule.name),
    description: fromByteString(rule.description),
    source: rule.source,
    priority: priorityName(rule.priority),
    tags: rule.tags.map(fromByteString),
    enabled: set.enabled.includes(rule),
    definedAt: { ...rule.definedAt, file: fromByteString(rule.definedAt.file) },
    condition: conditionTree(rule.condition, language, labels),
    conditionText: fromByteString(language.print(rule.condition)),
    events: language.eventNamesOf(rule.condition, rule.source),
    macros: set.macros
      .filter((macro) => rule.macros.includes(macro.name))
      .map((macro) => ({ name: macro.name, condition: fromByteString(macro.info.condition.text) })),
    lists: set.lists
      .filter((list) => rule.lists.includes(list.name))
      .map((list) => ({ name: fromByteString(list.name), items: list.items.map(fromByteString) })),
    exceptions: rule.exceptions.map((exception) => ({
      name: fromByteString(exception.name),
      values: exception.values.length,
    })),
    fields: [...details.fields].sort().map((field) => documented(field, rule.source, language)),
    output: fromByteString(rule.output),
    outputFields: (printed.ok ? printed.fields : []).map((field) => documented(field, rule.source, language)),
  };
}

/** Names of macros by their conditions. A macro that is but another name for one goes before that. */
function macroLabels({ macros }: RuleSet, used: readonly string[]): Map<Expr, string> {
  const labels = new Map<Expr, string>();
  for (const { name, condition, macros: inner } of macros) {
    const known = labels.get(condition);
    if (used.includes(name) && (known === undefined || inner.includes(known))) {
      labels.set(condition, name);
    }
  }
  return labels;
}

function documented(
  name: string,
  source: string,
  language: RuleLanguage,
): { name: string; doc: string | null } {
  return { name: fromByteString(name), doc: language.fieldDoc(name.replace(/\[.*$/s, ''), source) };
}

function conditionTree(expr: Expr, language: RuleLanguage, labels: ReadonlyMap<Expr, string>): ConditionTree {
  const name = labels.get(expr) ?? null;
  const below = (children: readonly Expr[]): ConditionTree[] =>
    children.map((child) => conditionTree(child, language, labels));
  switch (expr.kind) {
    case 'and':
      return { kind: 'all', text: '', name, children: below(expr.children) };
    case 'or':
      return { kind: 'any', text: '', name, children: below(expr.children) };
    case 'not':
      return { kind: 'not', text: '', name, children: below([expr.child]) };
    default:
      return { kind: 'check', text: fromByteString(language.print(expr)), name, children: [] };
  }
}

const headings = { all: 'all of', any: 'any of', not: 'not' } as const;

/** A condition's tree as indented lines. */
export function formatConditionTree(tree: ConditionTree, indent = ''): string {
  const label = tree.name === null ? '' : `  # ${tree.name}`;
  if (tree.kind === 'check') {
    return `${indent}${tree.text}${label}\n`;
  }
  const children = tree.children.map((child) => formatConditionTree(child, `${indent}  `));
  return `${indent}${headings[tree.kind]}${label}\n${children.join('')}`;
}
