import { evaluationLimits, type RuleEvaluation } from '@lanner/api';
import { fromByteString, type RuleTimes } from '@lanner/engine';

/** What rules took, as it is told to others; null before anything was timed. */
export function ruleEvaluation(times: RuleTimes | null): RuleEvaluation | null {
  if (times === null || times.events === 0 || times.probed === 0) {
    return null;
  }
  let wholeNs = 0;
  for (const ns of times.ruleNs.values()) {
    wholeNs += ns;
  }
  return {
    events: times.events,
    nsPerEvent: times.eventNs / times.events,
    rules: Array.from(times.ruleNs, ([rule, ns]) => ({ rule: fromByteString(rule), share: ns / wholeNs }))
      .filter(({ rule }) => rule.length <= evaluationLimits.name)
      .sort((a, b) => b.share - a.share || (a.rule < b.rule ? -1 : 1))
      .slice(0, evaluationLimits.rules),
  };
}
