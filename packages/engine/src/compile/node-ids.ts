import type { Plan } from '../plan.ts';

/** Numbers the nodes of plans so that equal expressions have equal numbers (hash consing). */
export class NodeIds {
  readonly #byKey = new Map<string, number>();
  readonly #byNode = new Map<Plan, number>();

  of(plan: Plan): number {
    const known = this.#byNode.get(plan);
    if (known !== undefined) {
      return known;
    }
    const key = this.#key(plan);
    let id = this.#byKey.get(key);
    if (id === undefined) {
      id = this.#byKey.size;
      this.#byKey.set(key, id);
    }
    this.#byNode.set(plan, id);
    return id;
  }

  #key(plan: Plan): string {
    switch (plan.kind) {
      case 'and':
      case 'or':
        return `${plan.kind} ${plan.children.map((child) => this.of(child)).join(' ')}`;
      case 'not':
        return `not ${this.of(plan.child)}`;
      case 'check':
      case 'compare':
      case 'exists':
        return `leaf ${plan.text}`;
    }
  }
}
