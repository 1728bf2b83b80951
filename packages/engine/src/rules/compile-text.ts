import { nearest } from '@lanner/core';
import type { Expr, Position } from '../lang/ast.ts';
import type { Collector } from './collector.ts';
import type { CompileCache } from './compile-cache.ts';
import { placeInFile } from './condition-text.ts';
import { type Context, inExpression } from './context.ts';
import { type ExactPlace, failure, type Report } from './diagnostic.ts';
import { type ExpandedText, expandLists, type ListTable, originalOffset } from './lists.ts';
import { type CompiledMacro, resolveMacros } from './macros.ts';
import type { ConditionText } from './model.ts';
import type { ExtraOutput } from './outputs.ts';

export interface CompileEnv {
  readonly collector: Collector;
  readonly extras: readonly ExtraOutput[];
  readonly report: Report;
  readonly cache: CompileCache;
}

export interface ParsedText {
  readonly expr: Expr;
  readonly expanded: ExpandedText;
}

/** Replaces lists in a condition and parses it. `text` differs from what was written when exceptions were added. */
export function parseText(
  text: string,
  context: Context,
  place: (offset: number) => ExactPlace | null,
  lists: ListTable,
  { cache }: CompileEnv,
): ParsedText {
  const expanded = expandLists(text, lists);
  if (expanded === null) {
    throw failure('LOAD_ERR_VALIDATE', 'Condition is too long after its lists are replaced', context);
  }
  for (const name of expanded.lists) {
    const list = lists.byName.get(name);
    if (list !== undefined) {
      list.used = true;
    }
  }
  const parsed = cache.parse(expanded.text);
  if (!parsed.ok) {
    throw failure(
      'LOAD_ERR_COMPILE_CONDITION',
      parsed.message,
      inExpression(context, expanded.text, parsed.at),
      { place: place(originalOffset(expanded, parsed.at.offset)) },
    );
  }
  return { expr: parsed.expr, expanded };
}

/** Parses all macros, then replaces the macros in each by those that it can see. */
export function compileMacros(lists: ListTable, env: CompileEnv): Map<string, CompiledMacro> {
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
      expansions: env.cache.expansions,
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

export function macroHint(
  name: string,
  macros: ReadonlyMap<string, CompiledMacro>,
  visibility: number,
): string | null {
  if ((macros.get(name)?.info.index ?? -1) >= visibility) {
    return `Define the macro '${name}' before the macro that uses it.`;
  }
  return meant(nearest(name, macros.keys()) ?? undefined);
}

/** The place in its file of a place in a condition's text; `wrapped`: bytes that were put before the condition. */
export function placeOf(
  condition: ConditionText,
  expanded: ExpandedText | undefined,
  at: Position,
  wrapped: number,
): ExactPlace | null {
  const offset = expanded === undefined ? at.offset : originalOffset(expanded, at.offset);
  return placeInFile(condition, Math.max(0, offset - wrapped));
}

export function meant(name: string | undefined): string | null {
  return name === undefined ? null : `Did you mean '${name}'?`;
}
