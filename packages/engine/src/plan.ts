import type { Field, FieldArgument } from './field.ts';
import type { Modifier, Operator, Test } from './operator.ts';
import type { Transformer } from './transformer.ts';
import type { FieldValue, ParamType } from './value.ts';

/** A value that a check reads: a field, or transformers around fields and literals. */
export type Operand = FieldOperand | TransformOperand | LiteralOperand | ListOperand;

export interface FieldOperand {
  readonly kind: 'field';
  readonly field: Field;
  readonly argument: FieldArgument;
  /** Canonical text; equal texts are the same value. */
  readonly text: string;
  readonly type: ParamType;
  readonly list: boolean;
}

export interface TransformOperand {
  readonly kind: 'transform';
  readonly transformer: Transformer;
  readonly inputs: readonly Operand[];
  readonly argument: string | null;
  readonly text: string;
  readonly type: ParamType;
  readonly list: boolean;
}

/** A literal inside a transformer call. */
export interface LiteralOperand {
  readonly kind: 'literal';
  readonly value: Exclude<FieldValue, null>;
  readonly text: string;
  readonly type: ParamType;
  readonly list: boolean;
}

/** A list of values inside a transformer call; null as a whole when one of its items has no value. */
export interface ListOperand {
  readonly kind: 'list';
  /** Items that give lists are spread. */
  readonly items: readonly Operand[];
  readonly text: string;
  readonly type: ParamType;
  readonly list: true;
}

/** A condition whose names are resolved and whose types fit: what the interpreter runs and the compiler translates. */
export type Plan =
  | { readonly kind: 'and' | 'or'; readonly children: readonly Plan[] }
  | { readonly kind: 'not'; readonly child: Plan }
  | ExistsCheck
  | LiteralCheck
  | FieldCheck;

export interface ExistsCheck {
  readonly kind: 'exists';
  readonly left: Operand;
  readonly text: string;
}

/** Compares with literals. `test` holds the whole meaning: lists, modifiers and either-end fields included. */
export interface LiteralCheck {
  readonly kind: 'check';
  readonly left: Operand;
  readonly operator: Operator;
  readonly modifier: Modifier | null;
  readonly literals: readonly string[];
  readonly test: (value: Exclude<FieldValue, null>) => boolean;
  /** Canonical text; equal texts are the same check. */
  readonly text: string;
}

/** Compares with another field. */
export interface FieldCheck {
  readonly kind: 'compare';
  readonly left: Operand;
  readonly operator: Operator;
  readonly right: Operand;
  readonly compare: (left: Exclude<FieldValue, null>, right: Exclude<FieldValue, null>) => boolean;
  readonly text: string;
}

export type { Test };
