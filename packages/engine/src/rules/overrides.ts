import { nearest } from '@lanner/core';
import { type Context, within } from './context.ts';
import { failure } from './diagnostic.ts';
import { keyText } from './decode.ts';
import { valueOf, type YamlMap, type YamlPair } from './yaml/parse.ts';

/** Keys whose values may be added to, or put in the place of, those of an earlier definition. */
export interface OverrideKeys {
  readonly append: readonly string[];
  readonly replace: readonly string[];
}

export interface Overrides {
  readonly append: ReadonlySet<string>;
  readonly replace: ReadonlySet<string>;
}

/** Reads the `override` key; null when it names nothing. */
export function readOverrides(item: YamlMap, allowed: OverrideKeys, parent: Context): Overrides | null {
  const node = valueOf(item, 'override');
  const context = within(parent, 'overrides', item);
  if (node?.kind === 'sequence' && node.items.length > 0) {
    throw failure('LOAD_ERR_VALIDATE', 'Value of override must be a mapping', context);
  }
  const append = new Set<string>();
  const replace = new Set<string>();
  for (const pair of node?.kind === 'map' ? node.pairs : []) {
    const { name, operation } = readOverride(pair, allowed, context);
    (operation === 'append' ? append : replace).add(name);
  }
  return append.size + replace.size === 0 ? null : { append, replace };
}

function readOverride(
  { key, value }: YamlPair,
  allowed: OverrideKeys,
  context: Context,
): { name: string; operation: 'append' | 'replace' } {
  const name = keyText(key, context);
  const operation = keyText(value, context);
  const mayAppend = allowed.append.includes(name);
  const mayReplace = allowed.replace.includes(name);
  if (operation !== 'append' && operation !== 'replace') {
    throw failure(
      'LOAD_ERR_YAML_VALIDATE',
      `Invalid override operation for key '${name}': '${operation}'. Allowed values are: ` +
        `${mayAppend ? 'append ' : ''}${mayReplace ? 'replace ' : ''}`,
      within(context, 'value for', value, name),
    );
  }
  if (operation === 'append' ? !mayAppend : !mayReplace) {
    const near = nearest(name, allowed[operation]);
    throw failure(
      'LOAD_ERR_YAML_VALIDATE',
      operation === 'append'
        ? `Key '${name}' cannot be appended to, use 'replace' instead`
        : `Key '${name}' cannot be replaced`,
      within(context, 'overrides', key, name),
      { hint: near === null || near === name ? null : `Did you mean '${near}'?` },
    );
  }
  return { name, operation };
}
