import { type Context, within } from './context.ts';
import {
  appendAndOverride,
  asBoolean,
  asText,
  asUint32,
  type Decoder,
  optional,
  optionalOrEmpty,
  readAppendFlag,
  readCondition,
  required,
  texts,
} from './decode.ts';
import { failure } from './diagnostic.ts';
import type { RuleInfo, RuleUpdate } from './model.ts';
import { type OverrideKeys, type Overrides, readOverrides } from './overrides.ts';
import { parsePriority, type Priority } from './priority.ts';
import type { ReadEnv } from './read.ts';
import { readExceptions } from './read-exceptions.ts';
import { valueOf, type YamlMap } from './yaml/parse.ts';

type Changes = RuleUpdate['changes'];

const overridable: OverrideKeys = {
  append: ['condition', 'output', 'desc', 'tags', 'exceptions'],
  replace: [
    'condition',
    'output',
    'desc',
    'priority',
    'capture',
    'capture_duration',
    'tags',
    'exceptions',
    'enabled',
    'warn_evttypes',
    'skip-if-unknown-filter',
  ],
};

/** Reads a rule: a definition, a change to one, or the switching on or off of one. */
export function readRule(item: YamlMap, parent: Context, env: ReadEnv): Context {
  const name = required(item, 'rule', asText, within(parent, 'rule', item));
  const context = within(parent, 'rule', item, name);
  const source = optionalOrEmpty(item, 'source', context);
  const append = readAppendFlag(item, context, env.report);
  const overrides = readOverrides(item, overridable, context);
  if (append && overrides !== null) {
    throw failure('LOAD_ERR_YAML_VALIDATE', appendAndOverride, context);
  }
  if (overrides !== null) {
    overrideRule(item, { context, name, source }, overrides, env);
  } else if (append) {
    appendToRule(item, { context, name, source }, env);
  } else if (['condition', 'output', 'desc', 'priority'].some((key) => valueOf(item, key) !== undefined)) {
    defineRule(item, { context, name }, env);
  } else {
    enableRule(item, { context, name }, env);
  }
  return context;
}

type Head = Pick<RuleUpdate, 'context' | 'name' | 'source'>;

function overrideRule(item: YamlMap, head: Head, overrides: Overrides, env: ReadEnv): void {
  const keys = new Set([...overridable.append, ...overridable.replace]);
  const unlisted = new Set([...keys].filter((key) => valueOf(item, key) !== undefined).sort());
  if (overrides.append.size > 0) {
    const changes = readChanges(item, head.context, 'append', overrides.append, unlisted, env);
    env.collector.appendRule({
      ...head,
      source: changes.condition === undefined ? '' : head.source,
      changes,
    });
  }
  if (overrides.replace.size > 0) {
    const changes = readChanges(item, head.context, 'replace', overrides.replace, unlisted, env);
    env.collector.replaceInRule({
      ...head,
      source: changes.condition === undefined ? '' : head.source,
      changes,
    });
  }
  for (const key of unlisted) {
    const node = valueOf(item, key) ?? item;
    throw failure(
      'LOAD_ERR_YAML_VALIDATE',
      `Unexpected key '${key}': no corresponding entry under 'override' is defined.`,
      within(head.context, 'overrides', node, key),
    );
  }
}

/** Readers of the properties that a rule may override, in the order in which they are looked at. */
const readers: readonly (readonly [
  key: string,
  read: (item: YamlMap, context: Context, append: boolean, env: ReadEnv) => Changes,
])[] = [
  ['condition', (item, context) => ({ condition: readCondition(item, context) })],
  [
    'exceptions',
    (item, context, append, env) => ({ exceptions: readExceptions(item, context, append, env.report) }),
  ],
  ['output', (item, context) => ({ output: required(item, 'output', asText, context) })],
  ['desc', (item, context) => ({ description: required(item, 'desc', asText, context) })],
  ['tags', (item, context) => ({ tags: new Set(texts(item, 'tags', context)) })],
  ['priority', (item, context) => ({ priority: readPriority(item, context) })],
  ['capture', (item, context) => ({ capture: required(item, 'capture', asBoolean, context) })],
  [
    'capture_duration',
    (item, context) => ({ captureDurationMs: required(item, 'capture_duration', asUint32, context) }),
  ],
  ['enabled', (item, context) => ({ enabled: required(item, 'enabled', asBoolean, context) })],
  [
    'warn_evttypes',
    (item, context) => ({ warnEventTypes: required(item, 'warn_evttypes', asBoolean, context) }),
  ],
  [
    'skip-if-unknown-filter',
    (item, context) => ({
      skipIfUnknownFilter: required(item, 'skip-if-unknown-filter', asBoolean, context),
    }),
  ],
];

function readChanges(
  item: YamlMap,
  context: Context,
  operation: 'append' | 'replace',
  wanted: ReadonlySet<string>,
  unlisted: Set<string>,
  env: ReadEnv,
): Changes {
  let changes: Changes = {};
  for (const [key, read] of readers) {
    if (!wanted.has(key)) {
      continue;
    }
    if (!unlisted.delete(key)) {
      throw failure(
        'LOAD_ERR_YAML_VALIDATE',
        `An ${operation} override for '${key}' was specified but '${key}' is not defined`,
        context,
      );
    }
    changes = { ...changes, ...read(item, context, operation === 'append', env) };
  }
  return changes;
}

function appendToRule(item: YamlMap, head: Head, env: ReadEnv): void {
  const changes: Changes = {
    ...(valueOf(item, 'condition') === undefined ? {} : { condition: readCondition(item, head.context) }),
    ...(valueOf(item, 'exceptions') === undefined
      ? {}
      : { exceptions: readExceptions(item, head.context, true, env.report) }),
  };
  env.collector.appendRule({ ...head, changes });
}

function enableRule(item: YamlMap, { context, name }: Omit<Head, 'source'>, env: ReadEnv): void {
  const enabled = required(item, 'enabled', asBoolean, context);
  env.report.warn(
    'LOAD_DEPRECATED_ITEM',
    "The standalone 'enabled' key usage is deprecated. The correct approach requires also a 'replace' entry " +
      "under the 'override' key (i.e. 'enabled: replace').",
    context,
  );
  env.collector.enableRule(name, enabled, context);
}

function defineRule(item: YamlMap, { context, name }: Omit<Head, 'source'>, env: ReadEnv): void {
  const condition = readCondition(item, context);
  const output = trim(required(item, 'output', asText, context));
  const description = required(item, 'desc', asText, context);
  const priority = readPriority(item, context);
  const option = <T>(key: string, decode: Decoder<T>, fallback: T): T =>
    optional(item, key, decode, context) ?? fallback;
  const rule: Omit<RuleInfo, 'index' | 'visibility' | 'unknownSource'> = {
    context,
    conditionContext: within(context, 'rule condition', valueOf(item, 'condition') ?? item),
    outputContext: within(context, 'rule output', valueOf(item, 'output') ?? item),
    name,
    condition,
    output,
    description,
    priority,
    source: option('source', asText, 'syscall'),
    enabled: option('enabled', asBoolean, true),
    capture: option('capture', asBoolean, false),
    captureDurationMs: option('capture_duration', asUint32, 0),
    warnEventTypes: option('warn_evttypes', asBoolean, true),
    skipIfUnknownFilter: option('skip-if-unknown-filter', asBoolean, false),
    tags: new Set(texts(item, 'tags', context)),
    exceptions: readExceptions(item, context, false, env.report),
  };
  env.collector.defineRule(rule, env.report);
}

function readPriority(item: YamlMap, context: Context): Priority {
  const text = required(item, 'priority', asText, context);
  const priority = parsePriority(text);
  if (priority === null) {
    throw failure(
      'LOAD_ERR_YAML_VALIDATE',
      'Invalid priority',
      within(context, 'rule priority', valueOf(item, 'priority') ?? item),
      { hint: 'Use one of emergency, alert, critical, error, warning, notice, informational, debug.' },
    );
  }
  return priority;
}

function trim(text: string): string {
  return text.replace(/^[\t\n\v\f\r ]+/, '').replace(/[\t\n\v\f\r ]+$/, '');
}
