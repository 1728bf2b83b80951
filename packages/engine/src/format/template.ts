import type { Operand } from '../plan.ts';
import type { OperandScope } from '../resolve/operand.ts';
import { readOutputOperand } from '../resolve/output-operand.ts';

/** A piece of an output: text that stands as it is, or an operand with the width that it is fitted to (0: its own). */
export type TemplateToken =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'operand'; readonly operand: Operand; readonly width: number };

export type Template =
  | { readonly ok: true; readonly tokens: readonly TemplateToken[] }
  | { readonly ok: false; readonly message: string };

/**
 * Takes an output text (a byte string) apart. Operands stand behind `%`, with a width between; `%%` is no escape, and
 * what follows an operand is text again. A `*` at the start, by which Falco is told to print in spite of missing
 * values, is taken off.
 */
export function parseTemplate(source: string, scope: OperandScope): Template {
  if (source === '') {
    return { ok: false, message: 'empty formatting token' };
  }
  const text = source.startsWith('*') ? source.slice(1) : source;
  const tokens: TemplateToken[] = [];
  let at = 0;
  for (let percent = text.indexOf('%'); percent >= 0; percent = text.indexOf('%', at)) {
    if (percent > at) {
      tokens.push({ kind: 'literal', text: text.slice(at, percent) });
    }
    const found = readOperand(text, percent + 1, scope);
    if (!found.ok) {
      return found;
    }
    tokens.push(found.token);
    at = found.end;
  }
  if (at < text.length) {
    tokens.push({ kind: 'literal', text: text.slice(at) });
  }
  return { ok: true, tokens };
}

type OperandToken =
  | { readonly ok: true; readonly token: TemplateToken; readonly end: number }
  | { readonly ok: false; readonly message: string };

function readOperand(text: string, at: number, scope: OperandScope): OperandToken {
  let start = at;
  while (isDigit(text.charCodeAt(start))) {
    start++;
  }
  if (start >= text.length) {
    const last = start === at ? '%' : 'number';
    return { ok: false, message: `invalid formatting syntax: formatting cannot end with a ${last}` };
  }
  const reading = readOutputOperand(text, start, scope);
  if (!reading.ok) {
    return { ok: false, message: `unknown filter: ${reading.message}` };
  }
  const width = Math.min(Number(text.slice(at, start)), maxWidth);
  return {
    ok: true,
    token: { kind: 'operand', operand: reading.operand, width },
    end: start + reading.length,
  };
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** Wider operands are fitted to this width: a message has an end. */
const maxWidth = 65_536;
