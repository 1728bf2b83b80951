import { AppError, nearest } from '@lanner/core';
import { eventTable, syscallNames } from '../../event-table.ts';
import type { FieldOperand } from '../../plan.ts';
import type { FieldValue } from '../../value.ts';
import { fromByteString } from '../bytes.ts';
import type { LoadedRule, RuleSet } from '../ruleset.ts';
import type { RuleTest, RuleTestCase, RuleTestResult } from './model.ts';
import { causesOf, holds, type ValueOf } from './trace.ts';
import { fieldValue } from './values.ts';

/**
 * Tries events on rules: each must fire, or stay silent, as its test says. Rules are tested whether they are enabled
 * or not. Events are given as values of fields; none is decoded, so what a field makes of an event is not tested.
 * No test makes it throw: one that cannot be run has failed, with the problem.
 */
export function runRuleTests(set: RuleSet, tests: readonly RuleTest[]): RuleTestResult[] {
  return tests.flatMap((test) => {
    const rule = set.rules.find(({ name }) => name === test.rule);
    return test.cases.map((testCase) =>
      rule === undefined ? unknownRule(set, test.rule, testCase) : runCase(set, rule, testCase),
    );
  });
}

function unknownRule(set: RuleSet, name: string, test: RuleTestCase): RuleTestResult {
  const near = nearest(
    name,
    set.rules.map((rule) => rule.name),
  );
  const hint = near === null ? null : `Did you mean "${fromByteString(near)}"?`;
  return failed(name, test, 'there is no such rule', hint);
}

function failed(rule: string, test: RuleTestCase, message: string, hint: string | null): RuleTestResult {
  return { rule: fromByteString(rule), test, passed: false, causes: [], problem: { message, hint } };
}

function runCase(set: RuleSet, rule: LoadedRule, test: RuleTestCase): RuleTestResult {
  try {
    const values = givenValues(set, test);
    const unseen = unseenReason(rule, test);
    const fires = unseen === null && holds(rule.plan, values);
    const passed = fires === (test.expected === 'fires');
    return {
      rule: fromByteString(rule.name),
      test,
      passed,
      causes: passed || unseen !== null ? [] : causesOf(rule.plan, values),
      problem: passed || unseen === null ? null : { message: unseen, hint: null },
    };
  } catch (error) {
    if (error instanceof AppError) {
      return failed(rule.name, test, error.message, error.hint ?? null);
    }
    throw error;
  }
}

/** Why the rule is not run for such an event at all; null when it is. Throws AppError for an unknown type. */
function unseenReason({ source, eventIds }: LoadedRule, test: RuleTestCase): string | null {
  const ids = idsOf(test);
  if (test.source !== source) {
    return `the rule is for events of source ${source}, the test gives one of ${fromByteString(test.source)}`;
  }
  return ids.some((id) => eventIds.has(id))
    ? null
    : `the rule does not look at events of type ${test.eventType}`;
}

const names = eventTable.map(({ name }) => name);
const generic = eventTable.filter(({ code }) => code.startsWith('GENERIC_')).map(({ id }) => id);

/** Numbers that an event of this name can have; a system call without a type of its own is a generic event. */
function idsOf({ eventType }: RuleTestCase): readonly number[] {
  const ids = eventTable.filter(({ name }) => name === eventType).map(({ id }) => id);
  if (ids.length > 0) {
    return ids;
  }
  if (isSystemCall(eventType)) {
    return generic;
  }
  const near = nearest(eventType, [...names, ...syscallNames.values()]);
  throw new AppError('condition.type', `unknown event type '${fromByteString(eventType)}'`, {
    hint: near === null ? undefined : `Did you mean '${near}'?`,
  });
}

function isSystemCall(name: string): boolean {
  return [...syscallNames.values()].includes(name);
}

/** The values of a test, by the canonical text of their fields. Throws AppError for a field that does not exist. */
function givenValues(set: RuleSet, test: RuleTestCase): ValueOf {
  const values = new Map<string, FieldValue>();
  for (const [written, { value, line }] of test.fields) {
    const operand = fieldOf(set, written, test);
    try {
      values.set(operand.text, fieldValue(value, operand));
    } catch (error) {
      if (error instanceof AppError) {
        throw new AppError(error.code, `${fromByteString(written)} (line ${line}): ${error.message}`, {
          cause: error,
        });
      }
      throw error;
    }
  }
  return (operand) => values.get(operand.text) ?? (values.has(operand.text) ? null : derived(operand, test));
}

function fieldOf({ language }: RuleSet, written: string, { source }: RuleTestCase): FieldOperand {
  const parsed = language.parse(`${written} exists`, 10);
  const resolved = parsed.ok ? language.resolve(parsed.expr, source) : parsed;
  if (!resolved.ok) {
    const { nearest: near } = resolved;
    throw new AppError('condition.type', `${fromByteString(written)} is no field of source ${source}`, {
      hint: near === undefined ? undefined : `Did you mean ${near}?`,
    });
  }
  const { plan } = 'plan' in resolved ? resolved : { plan: null };
  if (plan?.kind !== 'exists' || plan.left.kind !== 'field') {
    throw new AppError('condition.type', `${fromByteString(written)} is not a single field`);
  }
  return plan.left;
}

/** What follows from the type of the event alone. */
function derived({ field, argument }: FieldOperand, { eventType, source }: RuleTestCase): FieldValue {
  switch (field.name) {
    case 'evt.type':
      return eventType;
    case 'syscall.type':
      return isSystemCall(eventType) ? eventType : null;
    case 'evt.type.is':
      return argument === eventType ? 1 : 0;
    // Rules hardly ever see the entry to a system call.
    case 'evt.dir':
      return '<';
    case 'evt.source':
      return source;
    default:
      return null;
  }
}
