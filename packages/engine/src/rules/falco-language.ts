import { AppError, nearest } from '@lanner/core';
import { type EventSet, eventSet, ruleEventNames } from '../event-sets.ts';
import type { FieldClass } from '../field.ts';
import { fieldClasses as builtInFields } from '../fields/registry.gen.ts';
import { compileOutput } from '../format/output.ts';
import type { Expr } from '../lang/ast.ts';
import { parseCondition } from '../lang/parser.ts';
import { printCondition } from '../lang/printer.ts';
import { resolveCondition } from '../resolve/condition.ts';
import { createFieldLookup, type FieldLookup } from '../resolve/lookup.ts';
import type { CheckedOutput, ResolvedCondition, RuleLanguage } from './language.ts';

export interface LanguageOptions {
  /** Fields that conditions and outputs may use. Default: all that are built in. */
  readonly fieldClasses?: readonly FieldClass[];
  /** Names of asynchronous events, which `evt.type` may be compared with. */
  readonly asyncEvents?: readonly string[];
}

/** Levels of the grammar that the text of an exception's field may have. */
const operandDepth = 1000;

/** The rule language of Falco, with its fields, operators and transformers. */
export function falcoLanguage(options: LanguageOptions = {}): RuleLanguage {
  const fields = createFieldLookup(options.fieldClasses ?? builtInFields);
  // Most values of conditions are looked up as if they were fields, to warn about those that are. Searching all names
  // for the nearest each time would cost more than all else, so that is done only for real errors.
  const quickFields: FieldLookup = { find: fields.find, names: () => [] };
  const eventNames = new Set(options.asyncEvents);
  const eventSets = new WeakMap<Expr, EventSet>();

  function eventsOf(expr: Expr): EventSet {
    const known = eventSets.get(expr);
    const events = known ?? eventSet(expr);
    eventSets.set(expr, events);
    return events;
  }

  function resolve(expr: Expr, source: string): ResolvedCondition {
    const resolved = resolveCondition(expr, { fields: quickFields, source, eventNames });
    if (!resolved.ok) {
      const { at } = resolved;
      const searched = resolveCondition(expr, { fields, source, eventNames });
      const near = searched.ok || searched.nearest === undefined ? {} : { nearest: searched.nearest };
      return { ok: false, message: asFalcoWords(resolved.message), at, ...near };
    }
    // What the type of the event is compared with has to be known before there is an event.
    const problem = source === 'syscall' ? problemOf(() => eventsOf(expr)) : null;
    return problem === null ? resolved : { ok: false, message: problem, at: expr.at };
  }

  return {
    parse: (text, maxDepth) => parseCondition(text, { maxDepth }),
    print: printCondition,
    resolve,
    checkOutput: (text, source) => checkOutput(text, source, fields),
    isOperand(text, source) {
      const parsed = parseCondition(`${text} exists`, { maxDepth: operandDepth });
      return (
        parsed.ok && parsed.expr.kind === 'unary' && resolveCondition(parsed.expr, { fields, source }).ok
      );
    },
    eventIds: (expr) => eventsOf(expr).ids,
    eventNamesOf: ruleEventNames,
    fieldDoc: (name, source) => fields.find(name, source)?.field.doc ?? null,
  };
}

/** Falco has other words for a missing argument of its own fields than for one of a plugin's. */
function asFalcoWords(message: string): string {
  const field =
    /^filter '(?<field>(?:evt|proc|thread)\.[^']*)': \S+ requires an argument but none provided$/.exec(
      message,
    );
  return field?.groups === undefined ? message : `filter syntax error: ${field.groups['field'] ?? ''}`;
}

/** The message of the AppError that something throws; null when it does not. */
function problemOf(attempt: () => unknown): string | null {
  try {
    attempt();
    return null;
  } catch (error) {
    if (error instanceof AppError) {
      return error.message;
    }
    throw error;
  }
}

function checkOutput(text: string, source: string, fields: FieldLookup): CheckedOutput {
  const compiled = compileOutput(text, { fields, source });
  if (!compiled.ok) {
    const { message } = compiled;
    const unknown = /nonexistent field (?<name>[\w.]+)/.exec(message)?.groups?.['name'];
    const near = unknown === undefined ? null : nearest(unknown, fields.names(source));
    return { ok: false, message, ...(near === null ? {} : { nearest: near }) };
  }
  const { pieces, slots } = compiled.output;
  const names = pieces.flatMap(({ slot }) => (slot === null ? [] : [slots[slot]?.name ?? '']));
  return { ok: true, fields: names };
}
