import type { EventView } from '../event.ts';
import type { CompiledOutput } from '../format/output.ts';
import { jsonText } from '../format/json.ts';
import type { OperandScope } from '../resolve/operand.ts';
import { type FactRule, factReader } from './facts.ts';
import { lineageOf } from './lineage.ts';
import { matchedReader } from './matched.ts';

/** What an alert has inside Lanner beside its printed form: see the shapes of `facts.ts`, `lineage.ts`, `matched.ts`. */
export interface InsideReader {
  /** JSON with `facts`, `lineage` and, when asked for, `matched`; at most about 40 KiB. */
  readonly json: (event: EventView, withMatched: boolean) => string;
}

export function insideReader(
  rule: FactRule,
  outputs: readonly CompiledOutput[],
  scope: OperandScope,
): InsideReader {
  const facts = factReader(rule, outputs, scope);
  const matched = matchedReader(rule.plan);
  return {
    json: (event, withMatched) =>
      jsonText({
        facts: facts(event),
        lineage: lineageOf(event).map((entry) => ({ ...entry })),
        ...(withMatched ? { matched: matched(event) } : {}),
      }),
  };
}
