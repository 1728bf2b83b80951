import { existsSync, readFileSync } from 'node:fs';

/** A value of the case file: known, or an expression of the original test that a setup has to give. */
export type Operand = { readonly lit: Literal; readonly var?: string } | { readonly expr: string };
export type Literal = string | number | boolean | null;

export interface HelperStep {
  readonly helper: string;
  readonly args: readonly Operand[];
}

export interface EventStep {
  /** With its `PPME_`. */
  readonly event: string;
  readonly tid: Operand;
  readonly params: readonly Operand[];
}

export type AssertStep =
  | { readonly assert: 'field'; readonly field: Operand; readonly equals: Operand }
  | { readonly assert: 'eval_filter' | 'field_has_value'; readonly text: Operand; readonly expect: boolean }
  | { readonly assert: 'throws'; readonly expr: string };

export type Step = HelperStep | EventStep | AssertStep;

export interface EvalCase {
  readonly id: string;
  readonly steps: readonly Step[];
}

const file = new URL('../../../shared/conformance/falco/eval-cases.json', import.meta.url);

export const hasEvalCases: boolean = existsSync(file);

/** The event-injection tests; none where ../shared is absent. */
export function readEvalCases(): readonly EvalCase[] {
  return hasEvalCases ? (JSON.parse(readFileSync(file, 'utf8')) as { tests: EvalCase[] }).tests : [];
}
