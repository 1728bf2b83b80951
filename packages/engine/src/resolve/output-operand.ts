import { AppError } from '@lanner/core';
import { parseOperandAt } from '../lang/parser.ts';
import type { Operand } from '../plan.ts';
import { type OperandScope, resolveOperand } from './operand.ts';

/** The longest start of a text that is a field or call, or why there is none. */
export type OperandReading =
  | { readonly ok: true; readonly operand: Operand; readonly length: number }
  | { readonly ok: false; readonly message: string; readonly nearest?: string };

/** Longer names and calls are not looked for. */
const maxLength = 4096;

/**
 * Reads what stands behind the `%` of an output: the longest text from `start` that parses and resolves.
 * So `proc.name.` is the field `proc.name` with a full stop behind it. Fields that only conditions can test are taken
 * as well, as Falco does; they print as missing.
 */
export function readOutputOperand(text: string, start: number, scope: OperandScope): OperandReading {
  let end = Math.min(text.length, start + maxLength);
  let first: OperandReading | null = null;
  while (end > start) {
    const parsed = parseOperandAt(text.slice(start, end));
    if (!parsed.ok) {
      first ??= { ok: false, message: parsed.message };
      // What stands behind the fault has not been read, so a cut there changes nothing.
      end = Math.min(end - 1, start + parsed.at.offset);
      continue;
    }
    const reading = tryResolve(() => resolveOperand(parsed.expr, scope));
    if (reading instanceof AppError) {
      first ??= failure(reading);
      end = start + parsed.end - 1;
      continue;
    }
    return { ok: true, operand: reading, length: parsed.end };
  }
  return first ?? { ok: false, message: 'expected a field or transformer' };
}

/** A whole text that is a field or call, such as a field of an exception. */
export function readOperandText(text: string, scope: OperandScope): OperandReading {
  const parsed = parseOperandAt(text);
  if (!parsed.ok) {
    return { ok: false, message: parsed.message };
  }
  if (parsed.end < text.length) {
    return { ok: false, message: `unexpected text after '${text.slice(0, parsed.end)}'` };
  }
  const reading = tryResolve(() => resolveOperand(parsed.expr, scope));
  return reading instanceof AppError ? failure(reading) : { ok: true, operand: reading, length: text.length };
}

function tryResolve(resolve: () => Operand): Operand | AppError {
  try {
    return resolve();
  } catch (error) {
    if (error instanceof AppError) {
      return error;
    }
    throw error;
  }
}

function failure(error: AppError): OperandReading {
  const near = error.details['nearest'];
  return typeof near === 'string'
    ? { ok: false, message: error.message, nearest: near }
    : { ok: false, message: error.message };
}
