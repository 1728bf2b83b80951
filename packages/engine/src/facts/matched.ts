import type { EventView } from '../event.ts';
import { type Condition, interpret } from '../interpret.ts';
import type { Plan } from '../plan.ts';
import { fromByteString } from '../rules/bytes.ts';

const maxLeaves = 48;
const maxTextLength = 200;

/** Adds the texts of the leaves that make a condition true; false, and nothing is added, when it is not. */
type Explain = (event: EventView, leaves: string[]) => boolean;

/**
 * Prepares to tell which leaves of a condition were true: those that it holds by. What stands below a `not` holds by
 * being false, and is not among them.
 */
export function matchedReader(plan: Plan): (event: EventView) => string[] {
  const explain = explainer(plan);
  return function matched(event) {
    const leaves: string[] = [];
    explain(event, leaves);
    return [...new Set(leaves)].slice(0, maxLeaves);
  };
}

function explainer(plan: Plan): Explain {
  switch (plan.kind) {
    case 'and':
      return all(plan.children.map(explainer));
    case 'or':
      return any(plan.children.map(explainer));
    case 'not':
      return interpret(plan);
    default:
      return leaf(interpret(plan), shown(plan.text));
  }
}

function all(children: readonly Explain[]): Explain {
  return function explainAll(event, leaves) {
    const before = leaves.length;
    for (const child of children) {
      if (!child(event, leaves)) {
        leaves.length = before;
        return false;
      }
    }
    return true;
  };
}

function any(children: readonly Explain[]): Explain {
  return function explainAny(event, leaves) {
    let holds = false;
    for (const child of children) {
      holds = child(event, leaves) || holds;
    }
    return holds;
  };
}

function leaf(holds: Condition, text: string): Explain {
  return function explainLeaf(event, leaves) {
    const isTrue = holds(event);
    if (isTrue) {
      leaves.push(text);
    }
    return isTrue;
  };
}

function shown(text: string): string {
  return fromByteString(text.length > maxTextLength ? `${text.slice(0, maxTextLength)}...` : text);
}
