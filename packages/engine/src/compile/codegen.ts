import type { EventView } from '../event.ts';
import { conditionExtract } from '../field.ts';
import { readOperand } from '../interpret.ts';
import type { LiteralCheck, Operand, Plan } from '../plan.ts';
import type { FieldValue } from '../value.ts';
import { NodeIds } from './node-ids.ts';

/** Tells which plans of a list hold for an event; numbers are positions in the list. */
export interface EventMatcher {
  /** The first plan that holds, -1 when none does. */
  readonly first: (event: EventView) => number;
  /** Every plan that holds. */
  readonly all: (event: EventView) => number[];
}

/**
 * Translates plans into one function. Equal subexpressions are computed once, fields are read when first needed.
 * Nothing of a rule's text enters the source: literals, tests and fields are reached by number in a table.
 */
export function generateMatcher(plans: readonly Plan[]): EventMatcher {
  const { source, table } = generateSource(plans);
  // The source is made of this file's templates and of numbers; rule text stays in the table.
  // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call
  return new Function('table', source)(table) as EventMatcher;
}

/** The generated source and the table that its numbers point into; separate so that tests can look at it. */
export function generateSource(plans: readonly Plan[]): { source: string; table: readonly unknown[] } {
  return new Generator(plans).generate(plans);
}

/** The same plans one by one, as they are measured. What one has computed the next ones know, until `reset`. */
export interface EventProbes {
  readonly reset: () => void;
  readonly holds: readonly ((event: EventView) => boolean)[];
}

/** Probes of plans; of their own, so that what is matched all the time stays as small as it is. */
export function generateProbes(plans: readonly Plan[]): EventProbes {
  const { source, table } = new Generator(plans).generateProbes(plans);
  // As above.
  // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call
  return new Function('table', source)(table) as EventProbes;
}

class Generator {
  readonly #ids = new NodeIds();
  readonly #uses = new Map<number, number>();
  /** Nodes that are used more than once: variable c<n>, computed by function m<n>. */
  readonly #shared = new Map<number, number>();
  readonly #functions: string[] = [];
  /** Operands by text: variable f<n>, read by r<n>. */
  readonly #operands = new Map<string, number>();
  readonly #table: unknown[] = [];

  constructor(plans: readonly Plan[]) {
    for (const plan of plans) {
      this.#countUses(plan);
    }
  }

  generate(plans: readonly Plan[]): { source: string; table: readonly unknown[] } {
    const conditions = plans.map((plan) => this.#condition(plan));
    const source = this.#sourceOf([
      `function first(e) {`,
      this.#reset(),
      ...conditions.map((code, i) => `if (${code}) return ${i};`),
      `return -1;\n}`,
      `function all(e) {`,
      this.#reset(),
      `const found = [];`,
      ...conditions.map((code, i) => `if (${code}) found.push(${i});`),
      `return found;\n}`,
      `return { first, all };`,
    ]);
    return { source, table: this.#table };
  }

  generateProbes(plans: readonly Plan[]): { source: string; table: readonly unknown[] } {
    const conditions = plans.map((plan) => this.#condition(plan));
    const source = this.#sourceOf([
      `function reset() { ${this.#reset()} }`,
      `return { reset, holds: [`,
      ...conditions.map((code) => `function (e) { return ${code}; },`),
      `] };`,
    ]);
    return { source, table: this.#table };
  }

  #reset(): string {
    return [
      ...[...this.#operands.values()].map((n) => `f${n} = undefined;`),
      ...[...this.#shared.values()].map((n) => `c${n} = 0;`),
    ].join(' ');
  }

  #sourceOf(body: readonly string[]): string {
    return [
      `'use strict';`,
      ...this.#table.map((_, i) => `const t${i} = table[${i}];`),
      ...[...this.#operands.values()].map((n) => `let f${n};`),
      ...[...this.#shared.values()].map((n) => `let c${n} = 0;`),
      ...this.#functions,
      ...body,
    ].join('\n');
  }

  #countUses(plan: Plan): void {
    const id = this.#ids.of(plan);
    const uses = (this.#uses.get(id) ?? 0) + 1;
    this.#uses.set(id, uses);
    // What is shared as a whole needs no sharing of its parts on its account.
    if (uses > 1) {
      return;
    }
    if (plan.kind === 'and' || plan.kind === 'or') {
      plan.children.forEach((child) => this.#countUses(child));
    } else if (plan.kind === 'not') {
      this.#countUses(plan.child);
    }
  }

  #condition(plan: Plan): string {
    if (plan.kind === 'not') {
      return `!(${this.#condition(plan.child)})`;
    }
    const id = this.#ids.of(plan);
    if ((this.#uses.get(id) ?? 0) < 2 || isCheap(plan)) {
      return this.#expression(plan);
    }
    let slot = this.#shared.get(id);
    if (slot === undefined) {
      slot = this.#shared.size;
      this.#shared.set(id, slot);
      this.#functions.push(
        `function m${slot}(e) { return (c${slot} = ${this.#expression(plan)} ? 1 : 2) === 1; }`,
      );
    }
    return `(c${slot} === 0 ? m${slot}(e) : c${slot} === 1)`;
  }

  #expression(plan: Plan): string {
    switch (plan.kind) {
      case 'and':
        if (plan.children.length === 0) {
          return 'true';
        }
        return `(${plan.children.map((child) => this.#condition(child)).join(' && ')})`;
      case 'or':
        return `(${plan.children.map((child) => this.#condition(child)).join(' || ')})`;
      case 'not':
        return `!(${this.#condition(plan.child)})`;
      case 'exists':
        return `(${this.#value(plan.left).read} !== null)`;
      case 'check':
        return this.#check(plan);
      case 'compare': {
        const left = this.#value(plan.left);
        const right = this.#value(plan.right);
        const compare = this.#reference(plan.compare);
        return `(${left.read} !== null && ${right.read} !== null && ${compare}(${left.name}, ${right.name}))`;
      }
    }
  }

  #check(plan: LiteralCheck): string {
    const value = this.#value(plan.left);
    const inline = this.#inline(plan, value.name);
    return `(${value.read} !== null && ${inline ?? `${this.#reference(plan.test)}(${value.name})`})`;
  }

  // Operators give JavaScript for the frequent cases; the rest calls their test.
  #inline(plan: LiteralCheck, name: string): string | null {
    const { left, operator, modifier, literals } = plan;
    const several =
      left.kind === 'field' && (left.field.eitherEnd === true || left.field.anyOf !== undefined);
    if (operator.inline === undefined || modifier !== null || left.list || several) {
      return null;
    }
    return operator.inline(name, literals, left.type, (constant) => this.#reference(constant));
  }

  /** `read` reads the operand when it has not been read yet; `name` is its variable, valid after `read`. */
  #value(operand: Operand): { read: string; name: string } {
    let n = this.#operands.get(operand.text);
    if (n === undefined) {
      n = this.#operands.size;
      this.#operands.set(operand.text, n);
      this.#functions.push(`function r${n}(e) { return (f${n} = ${this.#reader(operand)}); }`);
    }
    return { read: `(f${n} === undefined ? r${n}(e) : f${n})`, name: `f${n}` };
  }

  #reader(operand: Operand): string {
    if (operand.kind === 'field') {
      const extract = this.#reference(conditionExtract(operand.field, operand.argument));
      return operand.argument === undefined
        ? `${extract}(e, undefined)`
        : `${extract}(e, ${this.#reference(operand.argument)})`;
    }
    const read = (event: EventView): FieldValue => readOperand(operand, event);
    return `${this.#reference(read)}(e)`;
  }

  #reference(value: unknown): string {
    this.#table.push(value);
    return `t${this.#table.length - 1}`;
  }
}

// A comparison of a value that is already read costs less than the look at its remembered result.
function isCheap(plan: Plan): boolean {
  return plan.kind === 'exists' || (plan.kind === 'check' && ['=', '==', '!='].includes(plan.operator.name));
}
