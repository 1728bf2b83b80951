import type { Mark } from './cursor.ts';

export type TokenKind =
  | 'directive'
  | 'document-start'
  | 'document-end'
  | 'block-seq-start'
  | 'block-map-start'
  | 'block-seq-end'
  | 'block-map-end'
  | 'block-entry'
  | 'flow-seq-start'
  | 'flow-map-start'
  | 'flow-seq-end'
  | 'flow-map-end'
  | 'flow-entry'
  | 'key'
  | 'value'
  | 'anchor'
  | 'alias'
  | 'tag'
  | 'plain'
  | 'quoted'
  | 'block';

export interface Token {
  readonly kind: TokenKind;
  readonly at: Mark;
  /** Offset behind the token. */
  end: number;
  /** Value of a scalar, name of an anchor or alias, text of a directive. */
  readonly text: string;
  /** Whether text before a possible `:` is a key shows only there; until then its tokens are open. */
  state: 'sure' | 'open' | 'void';
}

/** An open block collection. */
export interface Indent {
  readonly column: number;
  readonly kind: 'root' | 'seq' | 'map';
  state: Token['state'];
}

/** Text that becomes a key if a `:` follows on its line. */
export interface PossibleKey {
  readonly at: number;
  readonly flowDepth: number;
  readonly indent: Indent | null;
  readonly tokens: readonly Token[];
}

/** Decides whether a possible key is one. */
export function settle(key: PossibleKey, state: 'sure' | 'void'): void {
  for (const token of key.tokens) {
    token.state = state;
  }
  if (key.indent !== null) {
    key.indent.state = state;
  }
}
