import type { Expr, Position } from '../lang/ast.ts';
import type { ResolvedRule } from './compile-cache.ts';
import { type CompileEnv, macroHint, meant, parseText, placeOf } from './compile-text.ts';
import { placeInFile } from './condition-text.ts';
import { warnAboutCondition, warnAboutOutput } from './condition-warnings.ts';
import { type Context, inExpression } from './context.ts';
import { type ExactPlace, failure } from './diagnostic.ts';
import { addExceptions } from './exceptions.ts';
import type { CheckedOutput, ResolvedCondition } from './language.ts';
import type { ExpandedText, ListTable } from './lists.ts';
import { type CompiledMacro, resolveMacros } from './macros.ts';
import type { RuleInfo } from './model.ts';
import { outputOf, type RuleOutput } from './outputs.ts';
import type { LoadedRule } from './ruleset.ts';

/** A rule that can match more event types than this costs time on nearly every event. */
const manyEventTypes = 100;
const removedOutput = '%container.info';

/** Compiles a rule; null when it is left out because of an unknown field that it says to tolerate. */
export function compileRule(
  info: RuleInfo,
  lists: ListTable,
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
    expansions: env.cache.expansions,
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
  const { eventIds } = checked;
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
    plan: checked.plan,
    eventIds: checked.runIds,
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
  { byName }: ListTable,
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
    for (const inner of byName.get(name)?.lists ?? []) {
      lists.add(inner);
    }
  }
  return { macros: [...names].sort(), lists: [...lists].sort() };
}

function checkOutput(info: RuleInfo, { cache, extras, report }: CompileEnv): RuleOutput | null {
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
  const checked = cache.checkOutput(output.text, info.source);
  if (!checked.ok) {
    if (info.skipIfUnknownFilter && isUnknownName(checked.message)) {
      report.warn('LOAD_UNKNOWN_FILTER', checked.message, info.outputContext);
      return null;
    }
    throw outputFailure(checked, info);
  }
  warnAboutOutput(output.text, info.outputContext, report);
  for (const { format } of output.fields) {
    const field = cache.checkOutput(format, info.source);
    if (!field.ok) {
      throw outputFailure(field, info);
    }
    warnAboutOutput(format, info.outputContext, report);
  }
  return output;
}

function outputFailure(
  { message, nearest: near }: Extract<CheckedOutput, { ok: false }>,
  info: RuleInfo,
): Error {
  return failure('LOAD_ERR_COMPILE_OUTPUT', message, info.outputContext, { hint: meant(near) });
}

type Accepted = Omit<ResolvedRule, 'condition'> & Pick<Extract<ResolvedCondition, { ok: true }>, 'plan'>;

function checkCondition(
  info: RuleInfo,
  expr: Expr,
  text: string,
  expanded: ExpandedText,
  { cache, report }: CompileEnv,
): Accepted | null {
  const { condition, ...events } = cache.resolve(expr, info.source);
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
  return { ...events, plan: condition.plan };
}

/** Problems that a rule with `skip-if-unknown-filter` tolerates. */
function isUnknownName(message: string): boolean {
  return ['nonexistent field', 'invalid formatting token', 'unknown event type', 'unknown filter:'].some(
    (part) => message.includes(part),
  );
}
