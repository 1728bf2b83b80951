import type { ValueShape } from '../transformer.ts';
import type { FieldValue, ParamType, Scalar } from '../value.ts';

type Value = Exclude<FieldValue, null>;

/** The only input of a transformer that keeps its shape, or why it does not fit. */
export function sameShape(
  name: string,
  inputs: readonly ValueShape[],
  types: readonly ParamType[],
): ValueShape | string {
  const [input] = inputs;
  if (input === undefined || inputs.length > 1) {
    return `${name}() requires exactly 1 argument`;
  }
  return types.includes(input.type) ? input : unsupported(name, input);
}

export function unsupported(name: string, { type }: ValueShape): string {
  return `type '${type}' is not supported by '${name}' transformer`;
}

/** Applies a change of text to a value, or to each value of a list; null when one of them has no result. */
export function mapTexts(value: Value | undefined, change: (text: string) => string | null): FieldValue {
  if (!Array.isArray(value)) {
    return change(text(value));
  }
  const results: string[] = [];
  // Array.isArray does not narrow read-only arrays.
  for (const item of value as readonly Scalar[]) {
    const result = change(text(item));
    if (result === null) {
      return null;
    }
    results.push(result);
  }
  return results;
}

/** The single text that an input is. */
export function text(value: Value | undefined): string {
  return value === undefined ? '' : String(value);
}

/** The values of a list input. */
export function listOf(value: Value | undefined): readonly Scalar[] {
  if (value === undefined) {
    return [];
  }
  // Array.isArray does not narrow read-only arrays.
  return Array.isArray(value) ? (value as readonly Scalar[]) : [value as Scalar];
}
