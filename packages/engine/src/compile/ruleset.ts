import type { EventView } from '../event.ts';
import { eventTable } from '../event-table.ts';
import type { Plan } from '../plan.ts';
import { type EventMatcher, generateMatcher } from './codegen.ts';
import { foldForType } from './fold.ts';
import { type RuleSampling, RuleTimer, type RuleTimes } from './rule-times.ts';

/** What the compiler needs of a rule. */
export interface CompilableRule {
  readonly name: string;
  readonly source: string;
  readonly plan: Plan;
  /** Numbers of the event types that the rule can match. */
  readonly eventIds: ReadonlySet<number>;
}

export type RuleMatching = 'first' | 'all';

/** Rules of all sources, compiled; one matcher per source and event type, built when the first such event comes. */
export interface CompiledRuleset<R extends CompilableRule = CompilableRule> {
  readonly rules: readonly R[];
  readonly matching: RuleMatching;
  /**
   * Calls `onMatch` for the first rule in load order that matches the event (`rule_matching: first`),
   * or for every one (`all`). True when one matched.
   */
  readonly match: (event: EventView, onMatch: (rule: R) => void) => boolean;
  /** Numbers of the event types that some rule of the source wants. */
  readonly eventIds: (source: string) => ReadonlySet<number>;
  /** What evaluating took, by samples; null where nothing is timed. */
  readonly times: () => RuleTimes | null;
}

interface TypeMatcher<R> {
  readonly matcher: EventMatcher;
  readonly rules: readonly R[];
  /** Those of the rules, for events of the type. */
  readonly plans: readonly Plan[];
}

/** Compiles rules, in load order, into one function per event source and event type. */
export function compileRuleset<R extends CompilableRule>(
  rules: readonly R[],
  matching: RuleMatching = 'first',
  sampling: RuleSampling | null = null,
): CompiledRuleset<R> {
  const timer = sampling === null ? null : new RuleTimer(sampling);
  const bySource = new Map<string, readonly R[]>(Map.groupBy(rules, (rule) => rule.source));
  const tables = new Map([...bySource].map(([source, list]) => [source, new SourceTable(list)]));
  let lastSource = '';
  let table: SourceTable<R> | undefined;
  return {
    rules,
    matching,
    match(event, onMatch) {
      if (event.source !== lastSource) {
        lastSource = event.source;
        table = tables.get(lastSource);
      }
      const entry = table?.entries[event.type];
      // Most events are of a type that no rule wants.
      if (entry === null || table === undefined) {
        return false;
      }
      const built = entry ?? table.build(event.type);
      if (timer !== null && built !== null) {
        timer.note(built, event);
      }
      return report(built, event, matching, onMatch);
    },
    times: () => timer?.times() ?? null,
    eventIds: (source) => new Set((bySource.get(source) ?? []).flatMap((rule) => [...rule.eventIds])),
  };
}

/** The matchers of one event source, by the number of the event type; built when the first such event comes. */
class SourceTable<R extends CompilableRule> {
  /** undefined: not built yet; null: no rule wants this type. */
  readonly entries: (TypeMatcher<R> | null | undefined)[] = eventTable.map(() => undefined);
  readonly #rules: readonly R[];

  constructor(rules: readonly R[]) {
    this.#rules = rules;
  }

  build(type: number): TypeMatcher<R> | null {
    const entry = matcherForType(this.#rules, type);
    this.entries[type] = entry;
    return entry;
  }
}

function report<R extends CompilableRule>(
  entry: TypeMatcher<R> | null,
  event: EventView,
  matching: RuleMatching,
  onMatch: (rule: R) => void,
): boolean {
  if (entry === null) {
    return false;
  }
  if (matching === 'first') {
    const rule = entry.rules[entry.matcher.first(event)];
    if (rule === undefined) {
      return false;
    }
    onMatch(rule);
    return true;
  }
  const found = entry.matcher.all(event);
  for (const position of found) {
    // The matcher's positions are those of its own list.
    onMatch(entry.rules[position] as R);
  }
  return found.length > 0;
}

const always: Plan = { kind: 'and', children: [] };

function matcherForType<R extends CompilableRule>(rules: readonly R[], type: number): TypeMatcher<R> | null {
  const info = eventTable[type];
  if (info === undefined) {
    return null;
  }
  const kept: R[] = [];
  const plans: Plan[] = [];
  for (const rule of rules) {
    const folded = rule.eventIds.has(type) ? foldForType(rule.plan, info) : false;
    if (folded !== false) {
      kept.push(rule);
      plans.push(folded === true ? always : folded);
    }
  }
  return kept.length === 0 ? null : { matcher: generateMatcher(plans), rules: kept, plans };
}
