import type { Expr, Position } from '../lang/ast.ts';
import type { Plan } from '../plan.ts';

/** A problem within a condition's text. */
export interface ConditionProblem {
  readonly message: string;
  readonly at: Position;
}

interface ConditionFailure extends ConditionProblem {
  readonly ok: false;
  /** A known name that is like an unknown one. */
  readonly nearest?: string;
}

export type ParsedCondition = { readonly ok: true; readonly expr: Expr } | ConditionFailure;

export type ResolvedCondition =
  | { readonly ok: true; readonly plan: Plan; readonly warnings: readonly ConditionProblem[] }
  | ConditionFailure;

export type CheckedOutput =
  | { readonly ok: true; readonly fields: readonly string[] }
  | { readonly ok: false; readonly message: string; readonly nearest?: string };

/** What loading rules needs of the rule language; a port, so that the loader can be tested without fields. */
export interface RuleLanguage {
  readonly parse: (text: string, maxDepth: number) => ParsedCondition;
  /** Canonical text. */
  readonly print: (expr: Expr) => string;
  /** Looks up fields, checks types and values; `expr` has no macros left. */
  readonly resolve: (expr: Expr, source: string) => ResolvedCondition;
  /** Checks an output text and names the fields that it prints. */
  readonly checkOutput: (text: string, source: string) => CheckedOutput;
  /** True for a field, with its argument, or a transformer call that a condition of `source` may start with. */
  readonly isOperand: (text: string, source: string) => boolean;
  /** Numbers of the event types for which a condition of the source syscall can hold. */
  readonly eventIds: (expr: Expr) => ReadonlySet<number>;
  /** Names of the event types for which a condition of `source` can hold, sorted. */
  readonly eventNamesOf: (expr: Expr, source: string) => readonly string[];
  /** The sentence that documents a field; null for an unknown one. */
  readonly fieldDoc: (name: string, source: string) => string | null;
}
