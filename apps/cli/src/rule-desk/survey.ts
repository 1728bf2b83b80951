import type { RuleCostState, RuleDetail, RuleDiagnostic, RuleState } from '@lanner/api/http';
import {
  type Diagnostic,
  explainRule,
  filteredRules,
  fromByteString,
  type LoadedRule,
  priorityName,
  ruleCosts,
  type RuleCost,
  toByteString,
} from '@lanner/engine';
import type { Composed, DeskInput } from './compose.ts';
import { definitionsIn, itemAt, overrideOf, switchesIn } from './definitions.ts';

/** All rules, in load order. `cost` is null: it takes longer, and is asked for alone. */
export function stateOfRules(composed: Composed, input: DeskInput): RuleState[] {
  const running = new Set(composed.set.enabled);
  const changed = new Set(
    input.own === null ? [] : definitionsIn(fromByteString(input.own.content)).map(({ name }) => name),
  );
  const switches = switchesIn(input.switches.items.map(({ text }) => text).join(''));
  return composed.set.rules.map((rule) => {
    const name = fromByteString(rule.name);
    const switched = switches.get(name) ?? null;
    return {
      name,
      source: rule.source,
      priority: priorityName(rule.priority),
      tags: rule.tags.map(fromByteString),
      description: fromByteString(rule.description).trim(),
      file: fromByteString(rule.definedAt.file),
      line: rule.definedAt.line,
      enabled: running.has(rule),
      offBy: running.has(rule) ? null : offBy(rule, switched, input),
      switched,
      changed: changed.has(name),
      exceptions: rule.exceptions.flatMap(({ values }) => values).length,
      cost: null,
    };
  });
}

function offBy(rule: LoadedRule, switched: boolean | null, { load }: DeskInput): RuleState['offBy'] {
  if (rule.priority > load.minPriority) {
    return 'priority';
  }
  if (rule.enabledByDefault) {
    return 'configuration';
  }
  return switched === null ? 'definition' : 'switch';
}

/** What the rules cost that run, by name; the analysis behind `lanner rules cost`. */
export function costsOf({ set }: Composed): Map<string, RuleCostState> {
  const costs = ruleCosts(filteredRules(set), { descriptors: 'verified' });
  return new Map(costs.map((cost) => [nameOf(cost), stateOf(cost)]));
}

function nameOf({ name }: RuleCost): string {
  return fromByteString(name);
}

function stateOf({ events, pushed, kept }: RuleCost): RuleCostState {
  const unfiltered = events.filter(({ filter }) => filter === 'all').length;
  return {
    events: events.map((event) => ({ ...event })),
    inKernel: pushed.length,
    inUserSpace: kept.length,
    rank: 100 * unfiltered + 10 * (events.length - unfiltered) + kept.length,
  };
}

/** Null for a rule that is not loaded. */
export function detailOf(name: string, composed: Composed, input: DeskInput): RuleDetail | null {
  const { set, pageFiles } = composed;
  const rule = set.rules.find((each) => each.name === toByteString(name));
  const state = stateOfRules(composed, input).find((each) => each.name === name);
  if (rule === undefined || state === undefined) {
    return null;
  }
  const { conditionText, output, macros, lists, fields } = explainRule(set, rule.name);
  const file = [...input.configured, ...pageFiles].findLast(({ path }) => path === state.file);
  const [cost] = ruleCosts(filteredRules({ ...set, enabled: [rule] }), { descriptors: 'verified' });
  const { description, priority, tags, info } = { ...state, info: rule.info };
  return {
    rule: { ...state, cost: cost === undefined ? null : stateOf(cost) },
    text: file === undefined ? '' : itemAt(fromByteString(file.content), state.line),
    condition: conditionText,
    output,
    macros: macros.map((macro) => ({ ...macro })),
    lists: lists.map(({ name: list, items }) => ({ name: list, items: [...items] })),
    fields: fields.map((field) => ({ ...field })),
    override: overrideOf({
      rule: name,
      desc: description,
      condition: fromByteString(info.condition.text).trim(),
      output: fromByteString(info.output).trim(),
      priority: priority.toUpperCase(),
      tags,
    }),
    kept: (cost?.kept ?? []).map(({ check, reason }) => ({ check: fromByteString(check), reason })),
  };
}

export function diagnosticOf({
  severity,
  code,
  message,
  hint,
  file,
  line,
  column,
}: Diagnostic): RuleDiagnostic {
  return { severity, code, message, hint, file, line, column };
}
