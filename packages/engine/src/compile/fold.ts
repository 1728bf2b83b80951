import { eventId, type EventInfo } from '../event-table.ts';
import type { Operand, Plan } from '../plan.ts';

/** A plan after folding: a plan, or what it always is for events of one type. */
export type Folded = Plan | boolean;

/**
 * Generic and asynchronous events carry their name in a parameter, so `evt.type` differs from event to event
 * although their type is the same.
 */
const namedByEvent: ReadonlySet<number> = new Set(['GENERIC_E', 'GENERIC_X', 'ASYNCEVENT_E'].map(eventId));

/** Replaces what is known beforehand for events of one type: every check of `evt.type` against literals. */
export function foldForType(plan: Plan, info: EventInfo): Folded {
  switch (plan.kind) {
    case 'and':
    case 'or':
      return foldChain(plan.children, info, plan.kind);
    case 'not': {
      const child = foldForType(plan.child, info);
      return typeof child === 'boolean' ? !child : { kind: 'not', child };
    }
    case 'check':
      return isTypeField(plan.left) && !namedByEvent.has(info.id) ? plan.test(info.name) : plan;
    case 'exists':
      return isTypeField(plan.left) ? true : plan;
    case 'compare':
      return plan;
  }
}

function isTypeField(operand: Operand): boolean {
  return operand.kind === 'field' && operand.field.name === 'evt.type';
}

function foldChain(children: readonly Plan[], info: EventInfo, kind: 'and' | 'or'): Folded {
  const absorbing = kind === 'or';
  const kept: Plan[] = [];
  for (const child of children) {
    const folded = foldForType(child, info);
    if (folded === absorbing) {
      return absorbing;
    }
    if (typeof folded !== 'boolean') {
      kept.push(folded);
    }
  }
  const [first] = kept;
  if (first === undefined) {
    return !absorbing;
  }
  return kept.length === 1 ? first : { kind, children: kept };
}
