import { findOperator, supportedOperators } from '../lang/words.ts';
import { nearest } from '@lanner/core';
import { failure } from './diagnostic.ts';
import { emptyEntry, type ExceptionEntry, type ExceptionInfo } from './model.ts';

/** Operators that take a whole list of values at once. */
const listOperators = ['in', 'pmatch', 'intersects'];

/** Conditions do not grow beyond this many bytes by exceptions and lists. */
export const maxConditionLength = 8_000_000;

/**
 * Checks the shape of an exception that is defined, fills in default operators and trims those given.
 * `isOperand` is null where the rule's source is not known, so that its fields cannot be checked.
 */
export function checkException(
  exception: ExceptionInfo,
  isOperand: ((text: string) => boolean) | null,
): void {
  const { context, fields } = exception;
  if (typeof fields === 'string') {
    exception.comps = singleOperator(exception);
    checkField(fields, exception, isOperand);
    return;
  }
  const comps = emptyEntry(exception.comps) ? fields.map(() => '=') : exception.comps;
  if (typeof comps === 'string' ? fields.length !== 0 : comps.length !== fields.length) {
    throw failure('LOAD_ERR_VALIDATE', 'Fields and comps lists must have equal length', context);
  }
  exception.comps = (typeof comps === 'string' ? [] : comps).map((comp) => checkedOperator(comp, exception));
  for (const field of fields) {
    checkField(textOf(field), exception, isOperand);
  }
}

function singleOperator({ comps, context }: ExceptionInfo): string {
  if (emptyEntry(comps)) {
    return 'in';
  }
  if (typeof comps !== 'string') {
    throw failure('LOAD_ERR_VALIDATE', 'Fields and comps must both be strings', context);
  }
  const operator = trimOperator(comps);
  if (!listOperators.includes(operator) && !hasModifier(operator)) {
    throw failure(
      'LOAD_ERR_VALIDATE',
      'When fields is a single value, comps must be one of (in, pmatch, intersects) ' +
        'or a modifier operator (e.g. startswith oneof)',
      context,
    );
  }
  return operator;
}

function checkedOperator(comp: ExceptionEntry, { context }: ExceptionInfo): string {
  const operator = trimOperator(textOf(comp));
  if (!supportedOperators().includes(operator) && !hasModifier(operator)) {
    const near = nearest(operator, supportedOperators());
    throw failure('LOAD_ERR_VALIDATE', `'${operator}' is not a supported comparison operator`, context, {
      hint: near === null ? null : `Did you mean '${near}'?`,
    });
  }
  return operator;
}

function checkField(
  field: string,
  { context }: ExceptionInfo,
  isOperand: ((text: string) => boolean) | null,
): void {
  if (isOperand !== null && !isOperand(field)) {
    throw failure('LOAD_ERR_VALIDATE', `'${field}' is not a supported filter field`, context);
  }
}

function trimOperator(text: string): string {
  return text.replace(/^[\t\n\r ]+/, '').replace(/[\t\n\r ]+$/, '');
}

/** True for an operator such as `startswith oneof`. */
function hasModifier(text: string): boolean {
  const space = text.indexOf(' ');
  return (
    space > 0 &&
    ['oneof', 'anyof', 'allof'].includes(text.slice(space + 1)) &&
    findOperator(text.slice(0, space))?.modifiers === true
  );
}

/** A list where a text is wanted counts as an empty text. */
function textOf(entry: ExceptionEntry): string {
  return typeof entry === 'string' ? entry : '';
}

/** A condition with the rule's exceptions put behind it, and the fields that they look at. */
export interface ExceptedCondition {
  readonly text: string;
  readonly fields: ReadonlySet<string>;
}

/** Writes exceptions as text behind the condition, which is how lists in their values come to be replaced. */
export function addExceptions(condition: string, exceptions: readonly ExceptionInfo[]): ExceptedCondition {
  const fields = new Set<string>();
  let text = `(${condition})`;
  for (const exception of exceptions) {
    const clause = typeof exception.fields === 'string' ? singleClause(exception) : rowsClause(exception);
    if (clause === '') {
      continue;
    }
    for (const field of typeof exception.fields === 'string' ? [exception.fields] : exception.fields) {
      fields.add(textOf(field));
    }
    text += ` and not ${clause}`;
    if (text.length > maxConditionLength) {
      throw failure(
        'LOAD_ERR_VALIDATE',
        `Condition is longer than ${maxConditionLength} bytes with its exceptions`,
        exception.context,
      );
    }
  }
  return { text, fields };
}

/** All values of an exception with one field, in one list. */
function singleClause({ fields, comps, values, context }: ExceptionInfo): string {
  const items: string[] = [];
  for (const value of values) {
    if (typeof value !== 'string') {
      throw failure('LOAD_ERR_VALIDATE', 'Expected values array to contain a list of strings', context);
    }
    items.push(quoted(value));
  }
  return items.length === 0 ? '' : `(${textOf(fields)} ${textOf(comps)} (${items.join(', ')}))`;
}

function rowsClause({ fields, comps, values, context }: ExceptionInfo): string {
  const rows: string[] = [];
  for (const value of values) {
    const row = typeof value === 'string' ? [] : value;
    if (row.length !== fields.length) {
      throw failure('LOAD_ERR_VALIDATE', 'Fields and values lists must have equal length', context);
    }
    const checks = row.map((cell, k) => {
      const operator = textOf(comps[k] ?? '');
      return ` ${textOf(fields[k] ?? '')} ${operator} ${cellText(cell, operator)}`;
    });
    rows.push(`(${checks.join(' and ')})`);
  }
  return rows.length === 0 ? '' : `(${rows.join(' or ')})`;
}

function cellText(cell: ExceptionEntry, operator: string): string {
  if (typeof cell !== 'string') {
    return `(${cell.map((item) => quoted(textOf(item))).join(', ')})`;
  }
  if (!supportedOperators(true).includes(operator) && !hasModifier(operator)) {
    return quoted(cell);
  }
  return cell.startsWith('(') ? cell : `(${cell})`;
}

/** A value that contains a blank is put between quotes unless it starts with one; nothing in it is escaped. */
export function quoted(value: string): string {
  return value.includes(' ') && !value.startsWith('"') && !value.startsWith("'") ? `"${value}"` : value;
}
