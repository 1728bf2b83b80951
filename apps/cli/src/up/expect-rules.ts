import { fromByteString, priorityName } from '@lanner/engine';
import type { SidekickMetrics } from '@lanner/hub';
import type { RuleSummary } from '../detect/rule-program.ts';

/** Brings the series of the rules that run here into being, before their first event. */
export function expectRules(
  rules: readonly RuleSummary[],
  metrics: Pick<SidekickMetrics, 'expect'>,
  hostname: string,
): void {
  for (const { name, priority, source } of rules) {
    metrics.expect(fromByteString(name), priorityName(priority), fromByteString(source), hostname);
  }
}
