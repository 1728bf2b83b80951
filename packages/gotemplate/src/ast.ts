/** Nodes of a parsed template. `line` counts from 1. */
export type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'action'; readonly pipe: Pipe }
  | {
      readonly kind: 'if' | 'with';
      readonly pipe: Pipe;
      readonly body: readonly Node[];
      readonly otherwise: readonly Node[];
    }
  | {
      readonly kind: 'range';
      readonly pipe: Pipe;
      readonly body: readonly Node[];
      readonly otherwise: readonly Node[];
    }
  | { readonly kind: 'template'; readonly name: string; readonly pipe: Pipe | null; readonly line: number }
  | { readonly kind: 'break' | 'continue' };

/** Commands joined by `|`, perhaps assigned to variables. */
export interface Pipe {
  readonly line: number;
  /** Names with their dollar sign; `range` may have two. */
  readonly variables: readonly string[];
  readonly declares: boolean;
  readonly commands: readonly Command[];
}

/** A function, method or value followed by its arguments. */
export interface Command {
  readonly line: number;
  readonly terms: readonly Term[];
}

export type Term =
  | { readonly kind: 'dot' }
  | { readonly kind: 'nil' }
  | { readonly kind: 'constant'; readonly value: string | number | bigint | boolean }
  | { readonly kind: 'function'; readonly name: string }
  | { readonly kind: 'field'; readonly path: readonly string[] }
  | { readonly kind: 'variable'; readonly name: string; readonly path: readonly string[] }
  | { readonly kind: 'chain'; readonly pipe: Pipe; readonly path: readonly string[] };

/** A template set: named bodies, the main one under its own name. */
export type Definitions = ReadonlyMap<string, readonly Node[]>;
