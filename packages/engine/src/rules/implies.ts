import type { Operand, Plan } from '../plan.ts';
import { valueGroup } from '../value.ts';
import type { Scalar } from '../value.ts';

/** What could be found out about a condition; `unknown` when it would take too long. */
export type Verdict = 'yes' | 'no' | 'unknown';

type Chain = Extract<Plan, { children: readonly Plan[] }>;
type Leaf = Extract<Plan, { text: string }>;

/** A condition that is taken to hold, or not to hold. */
interface Assumption {
  readonly plan: Plan;
  readonly holds: boolean;
}

interface Search {
  steps: number;
}

const defaultSteps = 20_000;

/**
 * Does `b` hold for every event for which `a` holds? `yes` is certain; `no` means only that it was not seen: checks
 * are taken as unrelated unless they compare the same value with literals.
 */
export function implies(a: Plan, b: Plan, steps = defaultSteps): Verdict {
  return refute(
    [
      { plan: a, holds: true },
      { plan: b, holds: false },
    ],
    steps,
  );
}

/** Is there no event for which the condition holds? `yes` is certain. */
export function isContradiction(plan: Plan, steps = defaultSteps): Verdict {
  return refute([{ plan, holds: true }], steps);
}

function refute(assumptions: readonly Assumption[], steps: number): Verdict {
  const search: Search = { steps };
  const closed = closes(assumptions, [], new Facts(null), search);
  return search.steps <= 0 ? 'unknown' : closed ? 'yes' : 'no';
}

/** True when the assumptions cannot all be right; `splits` are those of which one part has to be. */
function closes(
  assumptions: readonly Assumption[],
  splits: readonly Assumption[],
  facts: Facts,
  search: Search,
): boolean {
  const todo = [...assumptions];
  const open = [...splits];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    search.steps--;
    const { plan, holds } = next;
    if (plan.kind === 'not') {
      todo.push({ plan: plan.child, holds: !holds });
    } else if (isChain(plan)) {
      if ((plan.kind === 'and') === holds) {
        todo.push(...plan.children.map((child) => ({ plan: child, holds })));
      } else {
        open.push(next);
      }
    } else if (facts.add(plan, holds)) {
      return true;
    }
  }
  return closesSplits(open, facts, search);
}

function isChain(plan: Plan): plan is Chain {
  return plan.kind === 'and' || plan.kind === 'or';
}

function closesSplits(open: readonly Assumption[], facts: Facts, search: Search): boolean {
  let best: Assumption[] | null = null;
  const rest: Assumption[] = [];
  let chosen: Assumption | null = null;
  for (const split of open) {
    search.steps--;
    const parts = openParts(split, facts);
    if (parts === null) {
      continue;
    }
    rest.push(split);
    if (best === null || parts.length < best.length) {
      best = parts;
      chosen = split;
    }
  }
  if (best === null || search.steps <= 0) {
    return false;
  }
  const others = rest.filter((split) => split !== chosen);
  return best.every((part) => closes([part], others, facts.copy(), search));
}

/** The parts of which one has to be right; null when one is known to be. */
function openParts({ plan, holds }: Assumption, facts: Facts): Assumption[] | null {
  const parts: Assumption[] = [];
  for (const child of isChain(plan) ? plan.children : []) {
    let part: Assumption = { plan: child, holds };
    while (part.plan.kind === 'not') {
      part = { plan: part.plan.child, holds: !part.holds };
    }
    const known = 'text' in part.plan ? facts.known(part.plan) : undefined;
    if (known === part.holds) {
      return null;
    }
    if (known === undefined) {
      parts.push(part);
    }
  }
  return parts;
}

/** Checks that are taken to hold or not to. */
class Facts {
  readonly #known: Map<string, boolean>;
  /** Checks of one value, by its canonical text. */
  readonly #byOperand: Map<string, readonly { readonly leaf: Leaf; readonly holds: boolean }[]>;

  constructor(from: Facts | null) {
    this.#known = new Map(from === null ? [] : from.#known);
    this.#byOperand = new Map(from === null ? [] : from.#byOperand);
  }

  copy(): Facts {
    return new Facts(this);
  }

  known(leaf: Leaf): boolean | undefined {
    return this.#known.get(leaf.text);
  }

  /** Notes a check; true when it cannot be together with what is known. */
  add(leaf: Leaf, holds: boolean): boolean {
    const known = this.#known.get(leaf.text);
    if (known !== undefined) {
      return known !== holds;
    }
    if (holds && neverHolds(leaf)) {
      return true;
    }
    this.#known.set(leaf.text, holds);
    const checks = [...(this.#byOperand.get(leaf.left.text) ?? []), { leaf, holds }];
    this.#byOperand.set(leaf.left.text, checks);
    return conflict(checks);
  }
}

function conflict(checks: readonly { readonly leaf: Leaf; readonly holds: boolean }[]): boolean {
  // Whatever holds of a value says that there is one.
  if (
    checks.some(({ holds }) => holds) &&
    checks.some(({ leaf, holds }) => !holds && leaf.kind === 'exists')
  ) {
    return true;
  }
  for (const { leaf, holds } of checks) {
    const values = holds ? possibleValues(leaf) : null;
    if (values !== null) {
      return !values.some((value) => checks.every((check) => fits(check.leaf, check.holds, value)));
    }
  }
  return false;
}

/** The values of which the operand must have one for the check to hold; null when that is not a short list. */
function possibleValues(leaf: Leaf): Scalar[] | null {
  if (leaf.kind !== 'check' || leaf.modifier !== null || !isSingle(leaf.left)) {
    return null;
  }
  const { name } = leaf.operator;
  if (name !== '=' && name !== '==' && name !== 'in' && name !== 'intersects') {
    return null;
  }
  const values = leaf.literals.map((literal) => valueOfLiteral(literal, leaf.left));
  return values.includes(null) ? null : values.filter((value) => value !== null);
}

function fits(leaf: Leaf, holds: boolean, value: Scalar): boolean {
  return leaf.kind === 'check' ? leaf.test(value) === holds : true;
}

/** One value at a time: neither a list, nor either end of a connection, nor any of the ancestors. */
function isSingle(operand: Operand): boolean {
  if (operand.list) {
    return false;
  }
  switch (operand.kind) {
    case 'field':
      return (
        operand.field.eitherEnd !== true &&
        (operand.field.anyOf === undefined || operand.argument !== undefined)
      );
    case 'transform':
      return operand.inputs.every((input) => input.list || isSingle(input));
    case 'literal':
      return true;
  }
}

/** The value that a literal stands for, where that is plain; null otherwise. */
function valueOfLiteral(literal: string, { type }: Operand): Scalar | null {
  switch (valueGroup(type)) {
    case 'string':
      return literal;
    case 'bool':
      return literal === 'true' ? true : literal === 'false' ? false : null;
    case 'number':
      // Other numbers wrap to the width of the field.
      return /^\d{1,4}$/.test(literal) ? Number(literal) : null;
    default:
      return null;
  }
}

/** `evt.num` counts from 1. */
function neverHolds(leaf: Leaf): boolean {
  if (leaf.kind !== 'check' || leaf.left.text !== 'evt.num' || leaf.modifier !== null) {
    return false;
  }
  const literals = leaf.literals.map(Number);
  switch (leaf.operator.name) {
    case '=':
    case '==':
    case 'in':
    case '<=':
      return literals.every((literal) => literal === 0);
    case '<':
      return literals.every((literal) => literal === 0 || literal === 1);
    default:
      return false;
  }
}
