import type { RuleEvaluation } from '@lanner/api';

export interface CombinedEvaluation {
  readonly events: number;
  readonly nsPerEvent: number;
  readonly machines: number;
  /** Part of the whole time by the name of the rule, 0 to 1. */
  readonly shares: ReadonlyMap<string, number>;
}

/** Evaluations of several machines as one, each as heavy as the events that were timed there; null for none. */
export function combinedEvaluation(all: readonly RuleEvaluation[]): CombinedEvaluation | null {
  const timed = all.filter(({ events }) => events > 0);
  let events = 0;
  let wholeNs = 0;
  const byRule = new Map<string, number>();
  for (const machine of timed) {
    const machineNs = machine.events * machine.nsPerEvent;
    events += machine.events;
    wholeNs += machineNs;
    for (const { rule, share } of machine.rules) {
      byRule.set(rule, (byRule.get(rule) ?? 0) + share * machineNs);
    }
  }
  if (events === 0) {
    return null;
  }
  return {
    events,
    nsPerEvent: wholeNs / events,
    machines: timed.length,
    shares: new Map(wholeNs === 0 ? [] : Array.from(byRule, ([rule, ns]) => [rule, ns / wholeNs])),
  };
}
