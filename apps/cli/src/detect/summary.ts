import { fromByteString, type Priority, priorityName } from '@lanner/engine';
import type { RuleSummary } from './rule-program.ts';

/** Counts alerts by rule. */
export class RuleCounts {
  readonly #counts = new Map<string, { readonly rule: RuleSummary; count: number }>();
  total = 0;

  add(rule: RuleSummary): void {
    this.total++;
    const known = this.#counts.get(rule.name);
    if (known === undefined) {
      this.#counts.set(rule.name, { rule, count: 1 });
    } else {
      known.count++;
    }
  }

  of(name: string): number {
    return this.#counts.get(name)?.count ?? 0;
  }

  entries(): readonly { readonly rule: RuleSummary; readonly count: number }[] {
    return [...this.#counts.values()];
  }
}

/**
 * What stands at the end of a run, in Falco's words and order: counts by severity, gravest first, then by rule in
 * load order.
 */
export function summaryText(counts: RuleCounts, rules: readonly RuleSummary[]): string {
  const bySeverity = new Map<number, number>();
  for (const { rule, count } of counts.entries()) {
    bySeverity.set(rule.priority, (bySeverity.get(rule.priority) ?? 0) + count);
  }
  const severities = [...bySeverity]
    .sort(([a], [b]) => a - b)
    .map(([priority, count]) => `   ${priorityNameOf(priority).toUpperCase()}: ${count}\n`);
  const triggered = rules
    .filter((rule, i) => rules.findIndex(({ name }) => name === rule.name) === i)
    .map(({ name }) => ({ name, count: counts.of(name) }))
    .filter(({ count }) => count > 0)
    .map(({ name, count }) => `   ${fromByteString(name)}: ${count}\n`);
  return [
    `Events detected: ${counts.total}\n`,
    'Rule counts by severity:\n',
    ...severities,
    'Triggered rules by rule name:\n',
    ...triggered,
  ].join('');
}

// Falco writes the sixth one short here, and only here.
function priorityNameOf(priority: number): string {
  // Priorities of loaded rules are in range.
  const name = priorityName(priority as Priority);
  return name === 'Informational' ? 'Info' : name;
}
