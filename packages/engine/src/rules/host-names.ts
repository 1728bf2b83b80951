import type { Plan } from '../plan.ts';

/** The host names that conditions compare the ends of connections with, each once. */
export function hostNamesOf(plans: Iterable<Plan>): string[] {
  const names = new Set<string>();
  for (const plan of plans) {
    collect(plan, names);
  }
  return [...names];
}

function collect(plan: Plan, names: Set<string>): void {
  switch (plan.kind) {
    case 'and':
    case 'or':
      for (const child of plan.children) {
        collect(child, names);
      }
      break;
    case 'not':
      collect(plan.child, names);
      break;
    case 'check':
      if (plan.left.kind === 'field' && plan.left.field.hostName === true) {
        plan.literals.forEach((name) => names.add(name));
      }
      break;
    case 'exists':
    case 'compare':
      break;
  }
}
