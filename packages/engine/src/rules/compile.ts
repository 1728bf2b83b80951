import { nearest } from '@lanner/core';
import type { Expr, Position } from '../lang/ast.ts';
import type { Collector } from './collector.ts';
import { placeInFile } from './condition-text.ts';
import { warnAboutCondition, warnAboutOutput } from './condition-warnings.ts';
import { type Context, inExpression } from './context.ts';
import { type ExactPlace, failure, type Report } from './diagnostic.ts';
import { addExceptions } from './exceptions.ts';
import type { CheckedOutput, ParsedCondition, ResolvedCondition, RuleLanguage } from './language.ts';
import { type CompiledList, compileLists, type ExpandedText, expandLists, originalOffset } from './lists.ts';
import { type CompiledMacro, resolveMacros } from './macros.ts';
import type { ConditionText, RuleInfo } from './model.ts';
import { type ExtraOutput, outputOf, type RuleOutput } from './outputs.ts';
import type { LoadedRule } from './ruleset.ts';

/** Parsing and checking a condition costs more than all else; files loaded later repeat those loaded before. */
export interface CompileCache {
  readonly parsed: Map<string, ParsedCondition>;
  readonly outputs: Map<string, CheckedOutput>;
  readonly resolved: Map<
    string,
    { readonly condition: ResolvedCondition; readonly eventIds: ReadonlySet<number> }
  >;
}

export interface CompileEnv {
  readonly collector: Collector;
  readonly language: RuleLanguage;
  readonly extras: readonly ExtraOutput[];
  readonly report: Report;
  /** What earlier compilations found. */
  readonly previous: CompileCache;
  /** What this one found. */
  readonly cache: CompileCache;
}

/** All definitions with references replaced. */
export interface CompileOutput {
  readonly lists: ReadonlyMap<string, CompiledList>;
  readonly macros: ReadonlyMap<string, CompiledMacro>;
  readonly rules: readonly LoadedRule[];
}

const parseDepth = 1000;
/** A rule that can match more event types than this costs time on nearly every event. */
const manyEventTypes = 100;
const removedOutput = '%container.info';

export function emptyCache(): CompileCache {
  return { parsed: new Map(), outputs: new Map(), resolved: new Map() };
}

/** Compiles everything that was collected; null when an error ended it, which is then in the report. */
export function compileCollected(env: CompileEnv): CompileOutput | null {
  const { collector, report } = env;
  let output: CompileOutput | null = null;
  report.attempt(() => {
    const lists = compileLists(collector.lists);
    const macros = compileMacros(lists, env);
    const rules: LoadedRule[] = [];
    for (const info of collector.rules.values()) {
      const rule = info.unknownSource ? null : compileRule(info, lists, macros, env);
      if (rule !== null) {
        rules.push(rule);
      }
    }
    output = { lists, macros, rules };
    warnAboutUnused(lists, macros, report);
  });
  return output;
}

function warnAboutUnused(
  lists: ReadonlyMap<string, CompiledList>,
  macros: ReadonlyMap<string, CompiledMacro>,
  report: Report,
): void {
  for (const { used, info } of macros.values()) {
    if (!used) {
      report.warn('LOAD_UNUSED_MACRO', 'Macro not referred to by any other rule/macro', info.context);
    }
  }
  for (const { used, info } of lists.values()) {
    if (!used) {
      report.warn('LOAD_UNUSED_LIST', 'List not referred to by any other rule/macro', info.context);
    }
  }
}

interface Parsed {
  readonly expr: Expr;
  readonly expanded: ExpandedText;
}

/** Replaces lists in a condition and parses it. `text` differs from what was written when exceptions were added. */
function parseText(
  text: string,
  context: Context,
  place: (offset: number) => ExactPlace | null,
  lists: ReadonlyMap<string, CompiledList>,
  { language, previous, cache }: CompileEnv,
): Parsed {
  const expanded = expandLists(text, lists.values());
  if (expanded === null) {
    throw failure('LOAD_ERR_VALIDATE', 'Condition is too long after its lists are replaced', context);
  }
  for (const name of expanded.lists) {
    const list = lists.get(name);
    if (list !== undefined) {
      list.used = true;
    }
  }
  const parsed = previous.parsed.get(expanded.text) ?? language.parse(expanded.text, parseDepth);
  if (!parsed.ok) {
    throw failure(
      'LOAD_ERR_COMPILE_CONDITION',
      parsed.message,
      inExpression(context, expanded.text, parsed.at),
      { place: place(originalOffset(expanded, parsed.at.offset)) },
    );
  }
  cache.parsed.set(expanded.text, parsed);
  return { expr: parsed.expr, expanded };
}

/** Parses all macros, then replaces the macros in each by those that it can see. */
function compileMacros(
  lists: ReadonlyMap<string, CompiledList>,
  env: CompileEnv,
): Map<string, CompiledMacro> {
  const macros = new Map<string, CompiledMacro>();
  const texts = new Map<string, ExpandedText>();
  for (const info of env.collector.macros.values()) {
    const { name, condition } = info;
    const place = (offset: number): ExactPlace | null => placeInFile(condition, offset);
    const { expr, expanded } = parseText(condition.text, info.conditionContext, place, lists, env);
    texts.set(name, expanded);
    macros.set(name, {
      info,
      name,
      condition: expr,
      resolved: false,
      used: false,
      macros: [],
      lists: expanded.lists,
    });
  }
  for (const macro of macros.values()) {
    const { info } = macro;
    const resolved = resolveMacros(macro.condition, {
      lookUp: (name) => visibleMacro(macros, name, info.visibility),
      context: info.context,
      text: info.condition.text,
      hint: (name) => macroHint(name, macros, info.visibility),
      place: (at) => placeOf(info.condition, texts.get(info.name), at, 0),
    });
    macro.condition = resolved.expr;
    macro.macros = resolved.macros;
    macro.resolved = true;
  }
  return macros;
}

function visibleMacro(
  macros: ReadonlyMap<string, CompiledMacro>,
  name: string,
  visibility: number,
): CompiledMacro | undefined {
  const macro = macros.get(name);
  return macro !== undefined && macro.info.index < visibility ? macro : undefined;
}

function macroHint(
  name: string,
  macros: ReadonlyMap<string, CompiledMacro>,
  visibility: number,
): string | null {
  if ((macros.get(name)?.info.index ?? -1) >= visibility) {
    return `Define the macro '${name}' before the macro that uses it.`;
  }
  return meant(nearest(name, macros.keys()) ?? undefined);
}

function placeOf(
  condition: ConditionText,
  expanded: ExpandedText | undefined,
  at: Position,
  wrapped: number,
): ExactPlace | null {
  const offset = expanded === undefined ? at.offset : originalOffset(expanded, at.offset);
  return placeInFile(condition, Math.max(0, offset - wrapped));
}

/** Compiles a rule; null when it is left out because of an unknown field that it says to tolerate. */
function compileRule(
  info: RuleInfo,
  lists: ReadonlyMap<string, CompiledList>,
  macros: ReadonlyMap<string, CompiledMacro>,
  env: CompileEnv,
): LoadedRule | null {
  const excepted =
    info.exceptions.length > 0
      ? addExceptions(info.condition.text, info.exceptions)
      : { text: info.condition.text, fields: new Set<string>() };
  const output = checkOutput(info, env);
  if (output === null) {
    return null;
  }
  // With exceptions the condition stands in parentheses.
  const wrapped = info.exceptions.length > 0 ? 1 : 0;
  const place = (offset: number): ExactPlace | null =>
    placeInFile(info.condition, Math.max(0, offset - wrapped));
  const { expr, expanded } = parseText(excepted.text, info.conditionContext, place, lists, env);
  const resolved = resolveMacros(expr, {
    lookUp: (name) => macros.get(name),
    context: info.context,
    text: excepted.text,
    hint: (name) => macroHint(name, macros, Number.POSITIVE_INFINITY),
    place: (at) => placeOf(info.condition, expanded, at, wrapped),
  });
  warnAboutCondition(resolved.expr, excepted.text, info.conditionContext, env.report);
  const checked = checkCondition(info, resolved.expr, excepted.text, expanded, env);
  if (checked === null) {
    return null;
  }
  const { eventIds, condition } = checked;
  if (info.source === 'syscall' && info.warnEventTypes && eventIds.size > manyEventTypes) {
    env.report.warn(
      'LOAD_NO_EVTTYPE',
      'Rule matches too many evt.type values. This has a significant performance penalty.',
      info.context,
    );
  }
  return loadedRule(info, {
    output,
    condition: resolved.expr,
    plan: condition.plan,
    eventIds: runFor(info.source, eventIds),
    exceptionFields: [...excepted.fields].sort(),
    ...namesUsed(resolved.macros, expanded.lists, macros, lists),
  });
}

type CompiledParts = Pick<
  LoadedRule,
  'condition' | 'plan' | 'eventIds' | 'exceptionFields' | 'macros' | 'lists'
> & {
  readonly output: RuleOutput;
};

function loadedRule(info: RuleInfo, { output, ...parts }: CompiledParts): LoadedRule {
  const { source, at } = info.context;
  const position = source.position(at);
  return {
    ...parts,
    name: info.name,
    source: info.source,
    description: info.description,
    priority: info.priority,
    tags: [...info.tags].sort(),
    enabledByDefault: info.enabled,
    output: output.text,
    extraFields: output.fields,
    exceptions: info.exceptions,
    capture: info.capture,
    captureDurationMs: info.captureDurationMs,
    warnEventTypes: info.warnEventTypes,
    skipIfUnknownFilter: info.skipIfUnknownFilter,
    definedAt: { file: source.name, line: position.line + 1, column: position.column + 1 },
    info,
  };
}

/** Macros and lists that a condition uses, directly and through others. */
function namesUsed(
  direct: readonly string[],
  ownLists: readonly string[],
  macros: ReadonlyMap<string, CompiledMacro>,
  compiledLists: ReadonlyMap<string, CompiledList>,
): { macros: string[]; lists: string[] } {
  const names = new Set(direct);
  const lists = new Set(ownLists);
  // Walking a set takes in what is added on the way.
  for (const name of names) {
    const macro = macros.get(name);
    for (const inner of macro?.macros ?? []) {
      names.add(inner);
    }
    for (const list of macro?.lists ?? []) {
      lists.add(list);
    }
  }
  for (const name of lists) {
    for (const inner of compiledLists.get(name)?.lists ?? []) {
      lists.add(inner);
    }
  }
  return { macros: [...names].sort(), lists: [...lists].sort() };
}

const pluginEvent = 322;
const asyncEvent = 402;

/** Rules always see asynchronous events; those of plugins' sources see nothing else than plugin events beside. */
function runFor(source: string, eventIds: ReadonlySet<number>): ReadonlySet<number> {
  return source === 'syscall' ? new Set([...eventIds, asyncEvent]) : new Set([pluginEvent, asyncEvent]);
}

function checkOutput(info: RuleInfo, env: CompileEnv): RuleOutput | null {
  const { extras, report } = env;
  let output = outputOf(info, extras);
  if (output.text.includes(removedOutput)) {
    report.warn(
      'LOAD_DEPRECATED_ITEM',
      '%container.info is deprecated and no more useful, and will be dropped by Falco 1.0.0. ' +
        'The container plugin will automatically add required fields to the output message.',
      info.context,
    );
    output = { ...output, text: output.text.replaceAll(removedOutput, '') };
  }
  const checked = checkText(output.text, info.source, env);
  if (!checked.ok) {
    if (info.skipIfUnknownFilter && isUnknownName(checked.message)) {
      report.warn('LOAD_UNKNOWN_FILTER', checked.message, info.outputContext);
      return null;
    }
    throw outputFailure(checked, info);
  }
  warnAboutOutput(output.text, info.outputContext, report);
  for (const { format } of output.fields) {
    const field = checkText(format, info.source, env);
    if (!field.ok) {
      throw outputFailure(field, info);
    }
    warnAboutOutput(format, info.outputContext, report);
  }
  return output;
}

function checkText(text: string, source: string, { language, previous, cache }: CompileEnv): CheckedOutput {
  const key = `${source}\0${text}`;
  const checked = previous.outputs.get(key) ?? cache.outputs.get(key) ?? language.checkOutput(text, source);
  cache.outputs.set(key, checked);
  return checked;
}

function outputFailure(
  { message, nearest: near }: Extract<CheckedOutput, { ok: false }>,
  info: RuleInfo,
): Error {
  return failure('LOAD_ERR_COMPILE_OUTPUT', message, info.outputContext, { hint: meant(near) });
}

function meant(name: string | undefined): string | null {
  return name === undefined ? null : `Did you mean '${name}'?`;
}

type Accepted = Extract<ResolvedCondition, { ok: true }>;

function checkCondition(
  info: RuleInfo,
  expr: Expr,
  text: string,
  expanded: ExpandedText,
  env: CompileEnv,
): { condition: Accepted; eventIds: ReadonlySet<number> } | null {
  const { language, report, previous, cache } = env;
  const key = `${info.source}\0${language.print(expr)}`;
  const known = previous.resolved.get(key) ?? cache.resolved.get(key);
  const condition = known?.condition ?? language.resolve(expr, info.source);
  const context = (at: Position): Context => inExpression(info.conditionContext, text, at);
  const wrapped = info.exceptions.length > 0 ? 1 : 0;
  if (!condition.ok) {
    if (info.skipIfUnknownFilter && isUnknownName(condition.message)) {
      report.warn('LOAD_UNKNOWN_FILTER', condition.message, context(condition.at));
      return null;
    }
    throw failure('LOAD_ERR_COMPILE_CONDITION', condition.message, context(condition.at), {
      hint: meant(condition.nearest),
      place: placeOf(info.condition, expanded, condition.at, wrapped),
    });
  }
  for (const { message, at } of condition.warnings) {
    report.warn('LOAD_COMPILE_CONDITION', message, context(at), {
      place: placeOf(info.condition, expanded, at, wrapped),
    });
  }
  const eventIds =
    known?.eventIds ?? (info.source === 'syscall' ? language.eventIds(expr) : new Set<number>());
  // Places in warnings are those of this rule's text; another with the same canonical text may be laid out otherwise.
  if (condition.warnings.length === 0) {
    cache.resolved.set(key, { condition, eventIds });
  }
  return { condition, eventIds };
}

/** Problems that a rule with `skip-if-unknown-filter` tolerates. */
function isUnknownName(message: string): boolean {
  return ['nonexistent field', 'invalid formatting token', 'unknown event type', 'unknown filter:'].some(
    (part) => message.includes(part),
  );
}
