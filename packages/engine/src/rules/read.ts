import { nearest } from '@lanner/core';
import type { Collector } from './collector.ts';
import { type Context, within } from './context.ts';
import {
  appendAndOverride,
  asText,
  asUint32,
  keyText,
  readAppendFlag,
  readCondition,
  required,
  texts,
} from './decode.ts';
import { failure, type Report } from './diagnostic.ts';
import type { PluginRequirement } from './model.ts';
import { type OverrideKeys, readOverrides } from './overrides.ts';
import { readRule } from './read-rule.ts';
import { engineVersion, parseVersion, type Version } from './version.ts';
import { valueOf, type YamlMap, type YamlNode } from './yaml/parse.ts';

/** What reads an item of a rule file. */
export interface ReadEnv {
  readonly collector: Collector;
  readonly report: Report;
}

interface ItemKind {
  /** The key by which an item is known. */
  readonly key: string;
  /** All keys that it may have. */
  readonly keys: readonly string[];
  /** Reads the item and gives its context, for warnings about its keys. */
  readonly read: (item: YamlMap, parent: Context, env: ReadEnv) => Context;
}

/** Kinds of items in the order in which they are looked for. */
const kinds: readonly ItemKind[] = [
  { key: 'required_engine_version', keys: ['required_engine_version'], read: readEngineVersion },
  { key: 'required_plugin_versions', keys: ['required_plugin_versions'], read: readPluginVersions },
  { key: 'list', keys: ['list', 'items', 'append', 'override'], read: readList },
  { key: 'macro', keys: ['macro', 'condition', 'append', 'override'], read: readMacro },
  {
    key: 'rule',
    keys: [
      'rule',
      'condition',
      'output',
      'desc',
      'priority',
      'source',
      'enabled',
      'capture',
      'capture_duration',
      'warn_evttypes',
      'skip-if-unknown-filter',
      'tags',
      'exceptions',
      'override',
      'append',
    ],
    read: readRule,
  },
];

/** Reads one element of a rule file into the collector. */
export function readItem(item: YamlNode, parent: Context, env: ReadEnv): void {
  const unnamed = within(parent, 'rules content item', item);
  if (item.kind !== 'map') {
    throw failure(
      'LOAD_ERR_YAML_VALIDATE',
      'Unexpected element type. Each element should be a yaml associative array.',
      unnamed,
    );
  }
  const kind = kinds.find(({ key }) => valueOf(item, key) !== undefined);
  if (kind === undefined) {
    env.report.warn('LOAD_UNKNOWN_ITEM', 'Unknown top level item', unnamed, { hint: kindHint(item) });
    return;
  }
  const context = kind.read(item, parent, env);
  warnUnknownKeys(item, kind.keys, context, env.report);
}

function kindHint(item: YamlMap): string | null {
  const names = kinds.map(({ key }) => key);
  for (const { key } of item.pairs) {
    const near = key.kind === 'scalar' ? nearest(key.value, names) : null;
    if (near !== null) {
      return `Did you mean '${near}'?`;
    }
  }
  return `An item has one of the keys ${names.map((name) => `'${name}'`).join(', ')}.`;
}

function warnUnknownKeys(item: YamlMap, keys: readonly string[], context: Context, report: Report): void {
  for (const { key } of item.pairs) {
    const name = keyText(key, context);
    if (!keys.includes(name)) {
      const near = nearest(name, keys);
      report.warn('LOAD_UNKNOWN_KEY', `Unknown key '${name}'. The key will be ignored.`, context, {
        hint: near === null ? null : `Did you mean '${near}'?`,
        place: { source: context.source, offset: key.at },
      });
    }
  }
}

function readEngineVersion(item: YamlMap, parent: Context, { collector }: ReadEnv): Context {
  const context = within(parent, 'required_engine_version', item);
  const text = required(item, 'required_engine_version', asText, context);
  const version = engineVersionOf(text);
  if (version === null) {
    throw failure(
      'LOAD_ERR_YAML_VALIDATE',
      `Unable to parse engine version '${text}' as a semver string. Expected "x.y.z" semver format.`,
      context,
    );
  }
  collector.requireEngine({ context, version });
  return context;
}

/** A plain number stands for a minor version, as engine versions were once counted. */
function engineVersionOf(text: string): Version | null {
  const minor = asUint32(text);
  return minor === null
    ? parseVersion(text)
    : { major: engineVersion.major, minor, patch: engineVersion.patch };
}

function readPluginVersions(item: YamlMap, parent: Context, env: ReadEnv): Context {
  const node = valueOf(item, 'required_plugin_versions') ?? item;
  const context = within(parent, 'required plugin versions', node);
  if (node.kind !== 'sequence') {
    throw failure('LOAD_ERR_YAML_VALIDATE', 'Value of required_plugin_versions must be a sequence', context);
  }
  for (const entry of node.items) {
    readPluginVersion(entry, context, env);
  }
  return within(parent, 'required plugin versions', item);
}

function readPluginVersion(entry: YamlNode, parent: Context, { collector }: ReadEnv): void {
  const unnamed = within(parent, 'required plugin versions entry', entry);
  if (entry.kind !== 'map') {
    throw failure('LOAD_ERR_YAML_VALIDATE', 'Plugin version must be a mapping', unnamed);
  }
  const name = required(entry, 'name', asText, unnamed);
  const context = within(parent, 'required plugin versions entry', entry, name);
  const requirement = [{ name, version: required(entry, 'version', asText, context) }];
  const alternatives = valueOf(entry, 'alternatives');
  if (alternatives !== undefined) {
    if (alternatives.kind !== 'sequence') {
      throw failure(
        'LOAD_ERR_YAML_VALIDATE',
        'Value of plugin version alternatives must be a sequence',
        context,
      );
    }
    requirement.push(...alternatives.items.map((alternative) => readAlternative(alternative, context)));
  }
  collector.requirePlugin(requirement, context);
}

function readAlternative(node: YamlNode, parent: Context): PluginRequirement[number] {
  const unnamed = within(parent, 'required plugin versions alternative', node);
  if (node.kind !== 'map') {
    throw failure('LOAD_ERR_YAML_VALIDATE', 'Plugin version alternative must be a mapping', unnamed);
  }
  const name = required(node, 'name', asText, unnamed);
  const context = within(parent, 'required plugin versions alternative', node, name);
  return { name, version: required(node, 'version', asText, context) };
}

function readList(item: YamlMap, parent: Context, { collector, report }: ReadEnv): Context {
  const name = required(item, 'list', asText, within(parent, 'list', item));
  const context = within(parent, 'list', item, name);
  if (!/^[^()"'\s=,]+$/.test(name)) {
    report.warn(
      'LOAD_INVALID_LIST_NAME',
      `List has an invalid name. List names should match a regular expression: ([^()"'[:space:]=,]+)`,
      context,
    );
  }
  const items = texts(item, 'items', context);
  if (items === undefined) {
    throw failure('LOAD_ERR_YAML_VALIDATE', "Item has no mapping for key 'items'", context);
  }
  if (readAppend(item, 'items', context, report)) {
    collector.appendList(name, items, context);
  } else {
    collector.defineList({ context, name, items });
  }
  return context;
}

function readMacro(item: YamlMap, parent: Context, { collector, report }: ReadEnv): Context {
  const name = required(item, 'macro', asText, within(parent, 'macro', item));
  const context = within(parent, 'macro', item, name);
  if (!/^[a-zA-Z]+[a-zA-Z0-9_]*$/.test(name)) {
    report.warn(
      'LOAD_INVALID_MACRO_NAME',
      'Macro has an invalid name. Macro names should match a regular expression: ([a-zA-Z]+[a-zA-Z0-9_]*)',
      context,
    );
  }
  const condition = readCondition(item, context);
  if (readAppend(item, 'condition', context, report)) {
    collector.appendMacro(name, condition, context);
  } else {
    const node = valueOf(item, 'condition') ?? item;
    collector.defineMacro({
      context,
      conditionContext: within(context, 'macro condition', node),
      name,
      condition,
    });
  }
  return context;
}

/** True when a list or macro, which have one property each, is to be added to one that exists. */
function readAppend(item: YamlMap, key: string, context: Context, report: Report): boolean {
  const append = readAppendFlag(item, context, report);
  const keys: OverrideKeys = { append: [key], replace: [key] };
  const overrides = readOverrides(item, keys, context);
  if (append && overrides !== null) {
    throw failure('LOAD_ERR_YAML_VALIDATE', appendAndOverride, context);
  }
  return append || overrides?.append.has(key) === true;
}
