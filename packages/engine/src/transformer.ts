import type { FieldValue, ParamType } from './value.ts';

/** The type of a transformer's input or result. */
export interface ValueShape {
  readonly type: ParamType;
  readonly list: boolean;
}

/** One function of the rule language that changes a field's value before it is compared or printed. */
export interface Transformer {
  /** As written in conditions. */
  readonly name: string;
  /** One sentence for docs/reference/operators.md. */
  readonly doc: string;
  /** May be followed by an argument in brackets; default false. */
  readonly takesArgument?: boolean;
  /**
   * The shape of the result, or a sentence that says why the inputs do not fit.
   * `argument` is the text between brackets after the call.
   */
  readonly shape: (inputs: readonly ValueShape[], argument: string | null) => ValueShape | string;
  /** Computes the result; `null` makes the check false. Inputs that are null have been handled by the caller. */
  readonly apply: (inputs: readonly Exclude<FieldValue, null>[], argument: string | null) => FieldValue;
}

export function defineTransformer(transformer: Transformer): Transformer {
  return transformer;
}
