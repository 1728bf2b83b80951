import type { Position } from '../lang/ast.ts';
import { fromByteString } from './bytes.ts';
import { type SourceText, snippetOf, type TextPosition } from './source-text.ts';
import type { Mark } from './yaml/cursor.ts';
import type { YamlNode } from './yaml/parse.ts';

/** Kinds of things in a rule file, as diagnostics name them. */
export type ItemType =
  | 'value for'
  | 'exceptions'
  | 'exception'
  | 'exception values'
  | 'exception value'
  | 'rules content'
  | 'rules content item'
  | 'required_engine_version'
  | 'required plugin versions'
  | 'required plugin versions entry'
  | 'required plugin versions alternative'
  | 'list'
  | 'list item'
  | 'macro'
  | 'macro condition'
  | 'rule'
  | 'rule condition'
  | 'condition expression'
  | 'rule output'
  | 'rule output expression'
  | 'rule priority'
  | 'overrides'
  | 'extension item';

/** A place in a condition's text. The text may differ from the file's: lists are replaced, exceptions added. */
interface Expression {
  readonly text: string;
  readonly at: Position;
}

/** The chain of things around a place, from the file inwards. */
export interface Context {
  readonly parent: Context | null;
  readonly source: SourceText;
  readonly itemType: ItemType;
  readonly itemName: string;
  readonly at: Mark;
  readonly expression: Expression | null;
}

/** One element of a diagnostic's chain of places. Line and column count from 0 as in Falco's output. */
export interface Location extends TextPosition {
  readonly itemType: ItemType;
  readonly itemName: string;
  /** The file's name, or the start of a condition in quotes. */
  readonly name: string;
}

export function fileContext(source: SourceText): Context {
  return { parent: null, source, itemType: 'rules content', itemName: '', at: 0, expression: null };
}

export function within(parent: Context, itemType: ItemType, node: YamlNode, itemName = ''): Context {
  return at(parent, itemType, node.at, itemName);
}

export function at(parent: Context, itemType: ItemType, mark: Mark, itemName = ''): Context {
  return { parent, source: parent.source, itemType, itemName, at: mark, expression: null };
}

/** A place within a condition, whose own context is `parent`. */
export function inExpression(parent: Context, text: string, position: Position): Context {
  return {
    parent,
    source: parent.source,
    itemType: 'condition expression',
    itemName: '',
    at: parent.at,
    expression: { text, at: position },
  };
}

/** The start of a condition, for warnings that concern all of it. */
export const conditionStart: Position = { offset: 0, line: 0, column: 0 };

/** The chain from the outermost place to `context`. */
export function locationsOf(context: Context): Location[] {
  const locations = context.parent === null ? [] : locationsOf(context.parent);
  locations.push(locationOf(context));
  return locations;
}

function locationOf(context: Context): Location {
  const { itemType, expression } = context;
  const outer = context.source.position(context.at);
  const itemName = fromByteString(context.itemName);
  if (expression === null) {
    return { ...outer, itemType, itemName, name: fromByteString(context.source.name) };
  }
  // A condition's own line and column (from 1) are added to those of the YAML value that holds it.
  return {
    itemType,
    itemName,
    name: fromByteString(expressionName(expression.text)),
    line: outer.line + expression.at.line,
    column: outer.column + expression.at.column,
    offset: outer.offset + expression.at.offset,
  };
}

function expressionName(text: string): string {
  const short = text.length > 20 ? `${text.slice(0, 17)}...` : text;
  return `"${short.replaceAll(/[\n\r]/g, ' ')}"`;
}

/** The line at the place, with a marker below. */
export function contextSnippet(context: Context): string {
  const { expression, source } = context;
  const { offset } = source.position(context.at);
  // The offset within a condition includes that of its YAML value, so the marker is off unless the value comes first
  // in its file; tools compare this text with Falco's.
  return fromByteString(
    expression === null
      ? snippetOf(source.text, offset)
      : snippetOf(expression.text, offset + expression.at.offset),
  );
}
