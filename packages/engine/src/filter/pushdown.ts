import { foldForType } from '../compile/fold.ts';
import type { EventInfo } from '../event-table.ts';
import type { LiteralCheck, Plan } from '../plan.ts';
import { and, atomFormula, type Formula, or } from './formula.ts';
import { pushDescriptor, pushFilePath } from './push-descriptor.ts';
import { eventPushes, type FieldCheck } from './push-event.ts';
import { constant, notPushed, type Pushdown, reasons } from './pushed.ts';

/** What is decided of checks, by event type and text: rules share most of theirs. */
export type PushCache = Map<string, Pushdown>;

export interface PushOptions {
  readonly cache?: PushCache;
  /** Told of every check that is reached, and what the kernel decides of it. */
  readonly listener?: (check: string, pushdown: Pushdown) => void;
  /** What is taken for granted of a check instead; null for nothing. */
  readonly assume?: (check: LiteralCheck) => Pushdown | null;
}

/**
 * What holds for every event of a type for which the plan is true. Checks that the kernel cannot decide count as true,
 * negated or not.
 */
export function necessaryFormula(plan: Plan, info: EventInfo, options: PushOptions = {}): Formula {
  const folded = foldForType(plan, info);
  return typeof folded === 'boolean' ? folded : necessary(folded, info, false, options);
}

function necessary(plan: Plan, info: EventInfo, negated: boolean, options: PushOptions): Formula {
  switch (plan.kind) {
    case 'not':
      return necessary(plan.child, info, !negated, options);
    case 'and':
    case 'or':
      return ((plan.kind === 'and') === negated ? or : and)(
        ...plan.children.map((child) => necessary(child, info, negated, options)),
      );
    case 'exists':
    case 'check':
    case 'compare': {
      const pushdown = pushPlan(plan, info, options);
      options.listener?.(plan.text, pushdown);
      if ('reason' in pushdown) {
        return true;
      }
      return negated ? pushdown.mayNot : pushdown.may;
    }
  }
}

function pushPlan(
  plan: Exclude<Plan, { kind: 'and' | 'or' | 'not' }>,
  info: EventInfo,
  { assume, cache }: PushOptions,
): Pushdown {
  if (plan.kind !== 'check') {
    return notPushed(plan.kind === 'compare' ? 'comparison' : 'field');
  }
  const assumed = assume?.(plan) ?? null;
  if (assumed !== null) {
    return assumed;
  }
  const key = `${info.id} ${plan.text}`;
  const known = cache?.get(key);
  if (known !== undefined) {
    return known;
  }
  const pushdown =
    plan.left.kind === 'field' ? pushCheck(plan as FieldCheck, info) : notPushed('transformer');
  cache?.set(key, pushdown);
  return pushdown;
}

function pushCheck(check: FieldCheck, info: EventInfo): Pushdown {
  const { field, list } = check.left;
  const { name } = field;
  if (Object.hasOwn(eventPushes, name)) {
    return eventPushes[name]?.(check, info) ?? notPushed('field');
  }
  if (name.startsWith('fs.path.')) {
    return pushFilePath(check, info);
  }
  if (name.startsWith('fd.')) {
    return list ? notPushed('descriptor') : pushDescriptor(check, info);
  }
  return name === 'container.id' ? pushContainer(check) : notPushed(ofProcess(name) ? 'process' : 'field');
}

function ofProcess(name: string): boolean {
  return /^(proc|thread|user|group|container|k8s|pod|k8smeta)\./.test(name);
}

// The kernel knows whether a process is in a container, not in which.
function pushContainer(check: LiteralCheck): Pushdown {
  const { operator, literals } = check;
  if (!['=', '!=', 'in'].includes(operator.name)) {
    return { reason: reasons.process };
  }
  const host = constant(check, 'host');
  const isOnlyHost = literals.every((literal) => literal === 'host');
  const other = isOnlyHost ? constant(check, '') : { may: true, mayNot: true };
  const inside = atomFormula({ kind: 'container' });
  const outside = atomFormula({ kind: 'container' }, false);
  return {
    may: or(and(inside, other.may), and(outside, host.may)),
    // Without a known process there is no id.
    mayNot: true,
  };
}
