import { type Context, within } from './context.ts';
import { failure, type Report } from './diagnostic.ts';
import type { ConditionText } from './model.ts';
import { valueOf, type YamlMap, type YamlNode, type YamlScalar } from './yaml/parse.ts';

export const appendIsDeprecated =
  "'append' key is deprecated. Add an 'append' entry (e.g. 'condition: append') under 'override' instead.";
export const appendAndOverride =
  "Keys 'override' and 'append: true' cannot be used together. " +
  "Add an 'append' entry (e.g. 'condition: append') under 'override' instead.";

/** How a scalar is read; null when its text does not fit. */
export type Decoder<T> = (text: string) => T | null;

const truths = new Set(['y', 'yes', 'true', 'on']);
const falsehoods = new Set(['n', 'no', 'false', 'off']);

export function asText(text: string): string {
  return text;
}

/** Booleans of YAML 1.1, in lower case, upper case or capitalised. */
export function asBoolean(text: string): boolean | null {
  if (!/^(?:[a-z]+|[A-Z][a-z]*|[A-Z]+)$/.test(text)) {
    return null;
  }
  const lower = text.toLowerCase();
  return truths.has(lower) ? true : falsehoods.has(lower) ? false : null;
}

/** An unsigned 32-bit number, decimal, 0x hexadecimal or 0 octal; blanks may follow. */
export function asUint32(text: string): number | null {
  const match = /^\+?(0[xX][\da-fA-F]+|\d+)[\t\n\v\f\r ]*$/.exec(text);
  const digits = match?.[1];
  if (digits === undefined) {
    return null;
  }
  const octal = /^0[0-7]+$/.test(digits);
  if (!octal && /^0\d/.test(digits)) {
    return null;
  }
  const value = octal ? Number.parseInt(digits, 8) : Number(digits);
  return value <= 0xffff_ffff ? value : null;
}

/** Reads the value of a key that must be there. */
export function required<T>(item: YamlMap, key: string, decode: Decoder<T>, context: Context): T {
  const node = valueOf(item, key);
  if (node === undefined) {
    throw failure('LOAD_ERR_YAML_VALIDATE', `Item has no mapping for key '${key}'`, context);
  }
  return decodeScalar(node, key, decode, context);
}

/** Reads the value of a key that may be missing. */
export function optional<T>(item: YamlMap, key: string, decode: Decoder<T>, context: Context): T | undefined {
  const node = valueOf(item, key);
  return node === undefined ? undefined : decodeScalar(node, key, decode, context);
}

/** Reads the value of a key that may be missing, null or empty. */
export function optionalOrEmpty(item: YamlMap, key: string, context: Context): string {
  const node = valueOf(item, key);
  if (node === undefined || node.kind === 'null') {
    return '';
  }
  const value = within(context, 'value for', node, key);
  return scalarOf(node, 'Value is not a scalar value', value).value;
}

function decodeScalar<T>(node: YamlNode, key: string, decode: Decoder<T>, context: Context): T {
  if (node.kind === 'null') {
    throw failure('LOAD_ERR_YAML_VALIDATE', `Mapping for key '${key}' is empty`, context);
  }
  const value = within(context, 'value for', node, key);
  const { value: text } = scalarOf(node, 'Value is not a scalar value', value);
  if (text === '') {
    throw failure('LOAD_ERR_YAML_VALIDATE', 'Value must be non-empty', value);
  }
  const decoded = decode(text);
  if (decoded === null) {
    throw failure('LOAD_ERR_YAML_VALIDATE', "Can't decode YAML scalar value", value);
  }
  return decoded;
}

/** The node as a scalar; anything else is the error `problem`. */
export function scalarOf(node: YamlNode, problem: string, context: Context): YamlScalar {
  if (node.kind !== 'scalar') {
    throw failure('LOAD_ERR_YAML_VALIDATE', problem, context);
  }
  return node;
}

/** Reads a list of texts under `key`; undefined when the key is missing. */
export function texts(item: YamlMap, key: string, context: Context): string[] | undefined {
  const node = valueOf(item, key);
  if (node === undefined) {
    return undefined;
  }
  const value = within(context, 'value for', node, key);
  if (node.kind !== 'sequence') {
    throw failure('LOAD_ERR_YAML_VALIDATE', 'Value is not a sequence', value);
  }
  return node.items.map(
    (entry) => scalarOf(entry, 'sequence value is not scalar', within(value, 'list item', entry)).value,
  );
}

/** A key's text; a list or map as a key is an error. */
export function keyText(key: YamlNode, context: Context): string {
  if (key.kind === 'scalar') {
    return key.value;
  }
  if (key.kind === 'null') {
    return 'null';
  }
  const { line, column } = context.source.position(key.at);
  throw failure(
    'LOAD_ERR_VALIDATE',
    `yaml-cpp: error at line ${line + 1}, column ${column + 1}: bad conversion`,
    context,
  );
}

/** The deprecated `append` key. */
export function readAppendFlag(item: YamlMap, context: Context, report: Report): boolean {
  const append = optional(item, 'append', asBoolean, context) ?? false;
  if (append) {
    report.warn('LOAD_DEPRECATED_ITEM', appendIsDeprecated, context);
  }
  return append;
}

export function readCondition(item: YamlMap, context: Context): ConditionText {
  const text = required(item, 'condition', asText, context);
  const node = valueOf(item, 'condition');
  return {
    text,
    parts: node?.kind === 'scalar' ? [{ start: 0, source: context.source, node }] : [],
  };
}
