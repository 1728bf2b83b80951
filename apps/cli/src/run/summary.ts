import { fromByteString } from '@lanner/engine';
import type { RuleSummary } from '../detect/rule-program.ts';
import type { RuleCounts } from '../detect/summary.ts';
import type { LiveFigures } from '../live/protocol.ts';

/** What stands at the end of a run, for who sits in front of it. */
export function runSummary(
  { events, kernel, droppedAlerts }: LiveFigures,
  counts: RuleCounts,
  rules: readonly RuleSummary[],
): string {
  const names = new Set(rules.map(({ name }) => name));
  const lines = [...names]
    .map((name) => ({ name, count: counts.of(name) }))
    .filter(({ count }) => count > 0)
    .map(({ name, count }) => `  ${String(count).padStart(6)}  ${fromByteString(name)}\n`);
  const losses = [
    ...(kernel.drops > 0 ? [`${kernel.drops} events were lost`] : []),
    ...(droppedAlerts > 0 ? [`${droppedAlerts} alerts were dropped`] : []),
  ];
  return [
    `lanner: ${plural(counts.total, 'alert')} from ${plural(events, 'event')}`,
    losses.length === 0 ? ', nothing lost\n' : `; ${losses.join(', ')}\n`,
    ...lines,
  ].join('');
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
