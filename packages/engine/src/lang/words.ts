import type { Operator } from '../operator.ts';
import { operators } from '../operators/registry.gen.ts';
import { transformers } from '../transformers/registry.gen.ts';
import type { Modifier } from './ast.ts';

/** What may stand between an operator and its list. */
export const modifiers: readonly Modifier[] = ['oneof', 'anyof', 'allof'];

/** Names of operators as written, by what follows them; a longer one stands before its own beginning. */
export const operatorNames: Readonly<Record<Operator['syntax'], readonly string[]>> = {
  unary: namesOf('unary'),
  number: namesOf('number'),
  text: namesOf('text'),
  list: namesOf('list'),
};

const byName: ReadonlyMap<string, Operator> = new Map(
  operators.flatMap((operator) =>
    [operator.name, ...(operator.aliases ?? [])].map((name) => [name, operator]),
  ),
);

/** The operator with this name or alias. */
export function findOperator(name: string): Operator | undefined {
  return byName.get(name);
}

/** Names of all operators as written in conditions, aliases included; with `listOnly` those that take a list. */
export function supportedOperators(listOnly = false): string[] {
  const { unary, number, text, list } = operatorNames;
  return listOnly ? [...list] : [...unary, ...number, ...text, ...list];
}

/** Names of all transformers; without `val`, which is grammar and changes nothing. */
export function supportedTransformers(): string[] {
  return transformers.map(({ name }) => name);
}

/** A list of names for a message. */
export function quotedNames(names: readonly string[]): string {
  return names.map((name) => `'${name}'`).join(', ');
}

function namesOf(syntax: Operator['syntax']): string[] {
  return operators
    .filter((operator) => operator.syntax === syntax)
    .flatMap((operator) => [operator.name, ...(operator.aliases ?? [])])
    .sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
}
