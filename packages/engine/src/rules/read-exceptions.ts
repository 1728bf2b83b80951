import { nearest } from '@lanner/core';
import { type Context, within } from './context.ts';
import { asText, required } from './decode.ts';
import { failure, type Report } from './diagnostic.ts';
import type { ExceptionEntry, ExceptionInfo } from './model.ts';
import { valueOf, type YamlMap, type YamlNode } from './yaml/parse.ts';

const exceptionKeys = ['name', 'fields', 'comps', 'values'];

/** Reads the exceptions of a rule; `append` when they are to be added to a rule that exists. */
export function readExceptions(
  item: YamlMap,
  parent: Context,
  append: boolean,
  report: Report,
): ExceptionInfo[] {
  const node = valueOf(item, 'exceptions');
  if (node === undefined || node.kind === 'null') {
    return [];
  }
  const list = within(parent, 'exceptions', node);
  if (node.kind !== 'sequence') {
    throw failure('LOAD_ERR_YAML_VALIDATE', 'Rule exceptions must be a sequence', list);
  }
  const exceptions: ExceptionInfo[] = [];
  const names = new Map<string, number>();
  for (const entry of node.items) {
    const exception = readException(entry, list, parent, append, report, names);
    exceptions.push(exception);
    names.set(exception.name, (names.get(exception.name) ?? 0) + 1);
  }
  return exceptions;
}

function readException(
  entry: YamlNode,
  list: Context,
  parent: Context,
  append: boolean,
  report: Report,
  names: ReadonlyMap<string, number>,
): ExceptionInfo {
  const unnamed = within(list, 'exception', entry);
  if (entry.kind !== 'map') {
    throw failure('LOAD_ERR_YAML_VALIDATE', 'Rule exception must be a mapping', unnamed);
  }
  const name = required(entry, 'name', asText, unnamed);
  const context = within(parent, 'exception', entry, name);
  // One for each earlier definition, within reason.
  for (let i = 0; i < Math.min(names.get(name) ?? 0, 10); i++) {
    report.warn(
      'LOAD_EXCEPTION_NAME_NOT_UNIQUE',
      `Multiple definitions of exception '${name}' in the same rule`,
      context,
    );
  }
  if (!append && valueOf(entry, 'fields') === undefined) {
    throw failure('LOAD_ERR_YAML_VALIDATE', "Item has no mapping for key 'fields'", context);
  }
  const fields = readKey(entry, 'fields', context);
  const comps = readKey(entry, 'comps', context);
  const values = readValues(entry, context);
  if (values === null && append) {
    report.warn('LOAD_APPEND_NO_VALUES', 'Overriding/appending exception with no values', context, {
      hint: misspelt(entry),
    });
  }
  return { context, name, fields, comps, values: values ?? [] };
}

function readKey(entry: YamlMap, key: 'fields' | 'comps', context: Context): ExceptionEntry {
  const node = valueOf(entry, key);
  return node === undefined ? '' : readEntry(node, within(context, 'value for', node, key));
}

function readValues(entry: YamlMap, parent: Context): ExceptionEntry[] | null {
  const node = valueOf(entry, 'values');
  if (node === undefined) {
    return null;
  }
  const context = within(parent, 'exception values', node);
  if (node.kind !== 'sequence') {
    throw failure('LOAD_ERR_YAML_VALIDATE', 'Rule exception values must be a sequence', context);
  }
  return node.items.map((value) => {
    const place = within(context, 'exception value', value);
    return readEntry(value, within(place, 'value for', value));
  });
}

/** A text, a list of entries, or '' for what is neither. */
function readEntry(node: YamlNode, context: Context): ExceptionEntry {
  if (node.kind === 'scalar') {
    if (node.value === '') {
      throw failure('LOAD_ERR_YAML_VALIDATE', 'Value must be non-empty', context);
    }
    return node.value;
  }
  if (node.kind !== 'sequence') {
    return '';
  }
  return node.items.map((item) => {
    const place = within(context, 'exception', item);
    return readEntry(item, within(place, 'value for', item));
  });
}

function misspelt(entry: YamlMap): string | null {
  for (const { key } of entry.pairs) {
    if (
      key.kind === 'scalar' &&
      !exceptionKeys.includes(key.value) &&
      nearest(key.value, ['values']) !== null
    ) {
      return `Did you mean 'values' instead of '${key.value}'?`;
    }
  }
  return null;
}
