/** Where an expression starts in its text: offset from 0, line and column from 1. */
export interface Position {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

/** A field with its argument as written, such as `proc.aname[2]`. */
export interface FieldExpr {
  readonly kind: 'field';
  readonly name: string;
  /** Text between the brackets; null without brackets. */
  readonly argument: string | null;
  readonly at: Position;
}

/** A transformer call such as `tolower(proc.name)`. */
export interface TransformerExpr {
  readonly kind: 'transformer';
  readonly name: string;
  readonly inputs: readonly TransformerInput[];
  /** Text between the brackets of `getopt(…)[c]`; null without brackets. */
  readonly argument: string | null;
  readonly at: Position;
}

export type TransformerInput = FieldExpr | TransformerExpr | ValueExpr | ListExpr;

/** A literal text, unescaped. */
export interface ValueExpr {
  readonly kind: 'value';
  readonly value: string;
  /** Written between quotes. */
  readonly quoted: boolean;
  readonly at: Position;
}

/** A parenthesised list. */
export interface ListExpr {
  readonly kind: 'list';
  readonly items: readonly TransformerInput[];
  readonly at: Position;
}

export type LeftExpr = FieldExpr | TransformerExpr;
export type Modifier = 'oneof' | 'anyof' | 'allof';

/** `field exists` */
export interface UnaryCheckExpr {
  readonly kind: 'unary';
  readonly left: LeftExpr;
  readonly operator: string;
  readonly at: Position;
}

/** `field op value` */
export interface BinaryCheckExpr {
  readonly kind: 'binary';
  readonly left: LeftExpr;
  readonly operator: string;
  readonly modifier: Modifier | null;
  readonly right: ValueExpr | ListExpr | FieldExpr | TransformerExpr;
  readonly at: Position;
}

/** A bare identifier: the name of a macro. */
export interface MacroExpr {
  readonly kind: 'macro';
  readonly name: string;
  readonly at: Position;
}

export interface NotExpr {
  readonly kind: 'not';
  readonly child: Expr;
  readonly at: Position;
}

/** A chain of `and` or of `or`, flat as written; groups in parentheses keep their own node. */
export interface ChainExpr {
  readonly kind: 'and' | 'or';
  readonly children: readonly Expr[];
  readonly at: Position;
}

export type Expr = ChainExpr | NotExpr | UnaryCheckExpr | BinaryCheckExpr | MacroExpr;
