import { type EventInfo, eventTable } from '../event-table.ts';
import { deriveFilter, type FilterOptions } from './derive.ts';
import type { KernelFilter } from './kernel-filter.ts';
import { necessaryFormula } from './pushdown.ts';
import { type StateFamily, stateNeeds, type StateUser } from './state-needs.ts';

/** What a rule asks of the kernel, were it the only one. */
export interface RuleCost {
  readonly name: string;
  /** Names of the events that it can match, and whether the kernel tests them for it or passes all. */
  readonly events: readonly { readonly name: string; readonly filter: 'test' | 'all' }[];
  /** Checks that the kernel decides, or most of their meaning. */
  readonly pushed: readonly string[];
  /** Checks left to user space, and why. */
  readonly kept: readonly { readonly check: string; readonly reason: string }[];
  /** Which events the state needs for it, and the field that asks for them. */
  readonly state: readonly { readonly family: StateFamily; readonly field: string }[];
  /** The filter of this rule alone, without what the state needs. */
  readonly filter: KernelFilter;
}

/** What each rule costs, in the order given. */
export function ruleCosts(rules: readonly StateUser[], options: FilterOptions = {}): RuleCost[] {
  return rules.map((rule) => costOf(rule, options));
}

function costOf(rule: StateUser, options: FilterOptions): RuleCost {
  const pushed = new Set<string>();
  const kept = new Map<string, string>();
  for (const info of callsOf(rule)) {
    necessaryFormula(rule.plan, info, {
      listener(check, pushdown) {
        if ('reason' in pushdown) {
          kept.set(check, pushdown.reason);
        } else {
          pushed.add(check);
        }
      },
    });
  }
  const filter = deriveFilter([rule], { ...options, withoutState: true });
  const needs = stateNeeds([rule], options.descriptors ?? 'history');
  return {
    name: rule.name,
    events: eventsOf(rule, filter),
    pushed: [...pushed],
    // What one type decides and another does not is decided.
    kept: [...kept].filter(([check]) => !pushed.has(check)).map(([check, reason]) => ({ check, reason })),
    state: [...needs].flatMap(([family, users]) => [...users.values()].map((field) => ({ family, field }))),
    filter,
  };
}

/** The ends of system calls that a rule can match, as the live sensor writes them. */
function callsOf({ eventIds }: StateUser): EventInfo[] {
  return eventTable.filter(
    ({ id, isEnter, isOldVersion, categories }) =>
      eventIds.has(id) && !isEnter && !isOldVersion && categories.includes('SYSCALL'),
  );
}

function eventsOf(rule: StateUser, { types }: KernelFilter): RuleCost['events'] {
  const events = new Map<string, 'test' | 'all'>();
  for (const { id, name } of callsOf(rule)) {
    const verdict = types[id]?.verdict;
    if (verdict !== 'drop') {
      events.set(name, verdict === 'pass' ? 'all' : 'test');
    }
  }
  return [...events].map(([name, filter]) => ({ name, filter }));
}
