import { AppError, nearest } from '@lanner/core';
import { fromByteString } from './bytes.ts';
import { detailsOf } from './condition-details.ts';
import type { CompiledList } from './lists.ts';
import type { CompiledMacro } from './macros.ts';
import type { ExceptionInfo } from './model.ts';
import type { PluginInfo } from './plugins.ts';
import { priorityName } from './priority.ts';
import type { LoadedRule, RuleSet } from './ruleset.ts';

/** A JSON value, keys in the order in which Falco prints them. */
type Json = string | number | boolean | readonly Json[] | { readonly [key: string]: Json };

export interface DescribeOptions {
  /** Describe this rule alone. */
  readonly rule?: string;
  readonly plugins?: readonly PluginInfo[];
}

/**
 * Describes rules, macros and lists in the form of `falco -L` with JSON output (`falco_describe_results`).
 * Sets that Falco prints in any order are sorted. Throws AppError 'rules.invalid' for a rule that is not loaded.
 */
export function describeRules(set: RuleSet, { rule: name, plugins = [] }: DescribeOptions = {}): Json {
  if (name !== undefined) {
    return decode({ rules: [describeRule(loadedRule(set, name), set, plugins)] });
  }
  return decode({
    lists: set.lists.map(describeList),
    macros: set.macros.map((macro) => describeMacro(macro, set)),
    required_engine_version: set.requiredEngineVersion,
    required_plugin_versions: set.requiredPlugins.map(([first, ...alternatives]) => ({
      alternatives: alternatives.map((alternative) => ({ ...alternative })),
      name: first?.name ?? '',
      version: first?.version ?? '',
    })),
    rules: set.rules.map((rule) => describeRule(rule, set, plugins)),
  });
}

/** The rule with this name; AppError 'rules.invalid' when there is none. */
export function loadedRule(set: RuleSet, name: string): LoadedRule {
  const rule = set.rules.find((candidate) => candidate.name === name);
  if (rule === undefined) {
    const near = nearest(
      name,
      set.rules.map((candidate) => candidate.name),
    );
    throw new AppError('rules.invalid', `Rule "${fromByteString(name)}" is not loaded`, {
      hint: near === null ? undefined : `Did you mean "${fromByteString(near)}"?`,
    });
  }
  return rule;
}

/** Names and descriptions in two columns, as `falco -L` prints them. `description` is what `describeRules` gave. */
export function describeText(set: RuleSet, { rule: name }: DescribeOptions = {}): string {
  const rules = name === undefined ? set.rules : [loadedRule(set, name)];
  const rows = [
    ['Rule', 'Description'],
    ['----', '-----------'],
    ...rules.map((rule) => [rule.name, `${wrap(rule.description)}\n`]),
  ];
  return rows.map(([left = '', right = '']) => fromByteString(`${left.padEnd(50)} ${right}\n`)).join('');
}

const textWidth = 59;
const textIndent = 51;

/** Breaks a text into lines of a width; each word keeps a blank behind it. */
function wrap(text: string): string {
  let wrapped = '';
  let length = 0;
  for (const word of text.split(/[\t\n\v\f\r ]+/).filter((part) => part !== '')) {
    if (length + word.length + 1 <= textWidth) {
      length += word.length + 1;
    } else {
      wrapped += `\n${' '.repeat(textIndent)}`;
      length = word.length + 1;
    }
    wrapped += `${word} `;
  }
  return wrapped;
}

function describeRule(rule: LoadedRule, set: RuleSet, plugins: readonly PluginInfo[]): Json {
  const { info } = rule;
  const written = detailsAsWritten(info.condition.text, set);
  const compiled = detailsOf(rule.condition);
  const formatted = rule.extraFields.filter(({ raw }) => !raw);
  const printed = set.language.checkOutput(rule.output, rule.source);
  const outputFields = [
    ...rule.extraFields.map(({ format }) => format),
    ...(printed.ok ? printed.fields : []),
  ];
  return {
    details: {
      condition_compiled: set.language.print(rule.condition),
      condition_fields: sorted(compiled.fields),
      condition_operators: sorted(compiled.operators),
      events: set.language.eventNamesOf(rule.condition, rule.source),
      exception_fields: rule.exceptionFields,
      exception_names: sorted(rule.exceptions.map(({ name }) => name)),
      exception_operators: sorted(rule.exceptions.flatMap(operatorsOf)),
      ...(formatted.length === 0
        ? {}
        : {
            extra_output_formatted_fields: Object.fromEntries(
              formatted.map(({ key, format }) => [key, format]),
            ),
          }),
      lists: written.lists,
      macros: written.macros,
      output_compiled: rule.output,
      output_fields: outputFields,
      plugins: usedPlugins(
        rule,
        new Set([...compiled.fields, ...outputFields]),
        compiled.eventNames,
        plugins,
      ),
    },
    info: {
      capture: rule.capture,
      capture_duration: rule.captureDurationMs,
      condition: info.condition.text,
      description: rule.description,
      enabled: rule.enabledByDefault,
      name: rule.name,
      output: info.output,
      priority: priorityName(rule.priority),
      source: rule.source,
      tags: rule.tags,
    },
  };
}

function describeMacro(macro: CompiledMacro, set: RuleSet): Json {
  const written = detailsAsWritten(macro.info.condition.text, set);
  const compiled = detailsOf(macro.condition);
  return {
    details: {
      condition_compiled: set.language.print(macro.condition),
      condition_fields: sorted(compiled.fields),
      condition_operators: sorted(compiled.operators),
      events: set.language.eventNamesOf(macro.condition, 'syscall'),
      lists: written.lists,
      macros: written.macros,
      // A macro belongs to no source, so its fields belong to no certain plugin.
      plugins: [],
      used: macro.used,
    },
    info: { condition: macro.info.condition.text, name: macro.name },
  };
}

function describeList({ name, info, items, used }: CompiledList): Json {
  const compiled = new Set(items);
  // An item that is not among the compiled ones was the name of a list.
  const references = info.items.filter((item) => !compiled.has(item));
  return {
    details: { items_compiled: items, lists: sorted(references), plugins: [], used },
    info: { items: info.items.filter((item) => compiled.has(item)), name },
  };
}

/** Macros and lists that a condition names itself, before anything is replaced. */
function detailsAsWritten(
  text: string,
  { language, macros, lists }: RuleSet,
): { macros: string[]; lists: string[] } {
  const parsed = language.parse(text, 1000);
  if (!parsed.ok) {
    return { macros: [], lists: [] };
  }
  const details = detailsOf(parsed.expr);
  const macroNames = new Set(macros.map(({ name }) => name));
  const listNames = new Set(lists.map(({ name }) => name));
  return {
    macros: sorted([...details.macros].filter((name) => macroNames.has(name))),
    lists: sorted([...details.items].filter((name) => listNames.has(name))),
  };
}

function operatorsOf({ comps }: ExceptionInfo): string[] {
  return typeof comps === 'string' ? [comps] : comps.flat().filter((comp) => typeof comp === 'string');
}

/** Plugins that give the rule's events, fields that it uses, or asynchronous events that it asks for. */
function usedPlugins(
  { source }: LoadedRule,
  fields: ReadonlySet<string>,
  eventNames: ReadonlySet<string>,
  plugins: readonly PluginInfo[],
): string[] {
  const names = new Set([...fields].map((field) => field.replace(/\[.*$/s, '')));
  const used = plugins.filter((plugin) => {
    const extracts =
      (plugin.fieldSources ?? []).length === 0 || plugin.fieldSources?.includes(source) === true;
    return (
      plugin.source === source ||
      (extracts && plugin.fields?.some((field) => names.has(field)) === true) ||
      plugin.asyncEvents?.some((name) => eventNames.has(name)) === true
    );
  });
  return sorted(used.map(({ name }) => name));
}

function sorted(names: Iterable<string>): string[] {
  return [...new Set(names)].sort();
}

/** Byte strings as text. */
function decode(value: Json): Json {
  if (typeof value === 'string') {
    return fromByteString(value);
  }
  if (typeof value !== 'object') {
    return value;
  }
  // `isArray` does not narrow read-only arrays.
  return Array.isArray(value)
    ? (value as readonly Json[]).map(decode)
    : Object.fromEntries(Object.entries(value).map(([key, inner]) => [fromByteString(key), decode(inner)]));
}
