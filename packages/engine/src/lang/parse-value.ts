import type { AppError } from '@lanner/core';
import type { BinaryCheckExpr, ListExpr, Position, TransformerExpr, ValueExpr } from './ast.ts';
import { attempt, expectToken, fault } from './fault.ts';
import { tryTransformerOrVal } from './parse-operand.ts';
import type { Scanner } from './scanner.ts';
import { quotedNames, supportedTransformers } from './words.ts';

export function parseNumber(scanner: Scanner): ValueExpr | TransformerExpr {
  return scanner.nested(() => {
    scanner.blank();
    const at = scanner.position();
    const transformer = tryTransformerOrVal(scanner);
    if (transformer !== null) {
      return transformer;
    }
    if (scanner.number()) {
      return { kind: 'value', value: scanner.lastToken, quoted: false, at };
    }
    throw expectedValue('a number value');
  });
}

export function parseText(scanner: Scanner): ValueExpr | TransformerExpr {
  return scanner.nested(() => {
    scanner.blank();
    const at = scanner.position();
    const right = tryTransformerOrVal(scanner) ?? tryText(scanner, at);
    if (right === null) {
      throw expectedValue('a string value');
    }
    return right;
  });
}

function tryText(scanner: Scanner, at: Position): ValueExpr | null {
  if (scanner.quoted()) {
    return { kind: 'value', value: scanner.lastToken, quoted: true, at };
  }
  return scanner.bareText() ? { kind: 'value', value: scanner.lastToken, quoted: false, at } : null;
}

/** What follows a modifier. */
export function parseList(scanner: Scanner): ListExpr | ValueExpr {
  return scanner.nested(() => {
    scanner.blank();
    const at = scanner.position();
    const list = tryList(scanner) ?? tryIdentifier(scanner, at);
    if (list === null) {
      throw fault('expected a list or an identifier');
    }
    return list;
  });
}

export function parseListOrTransformer(scanner: Scanner): BinaryCheckExpr['right'] {
  return scanner.nested(() => {
    scanner.blank();
    const at = scanner.position();
    const right = tryList(scanner) ?? tryTransformerOrVal(scanner) ?? tryIdentifier(scanner, at);
    if (right === null) {
      throw expectedValue('a list, an identifier,');
    }
    return right;
  });
}

/** The bare name of a list that nobody has replaced by its items: one value. */
function tryIdentifier(scanner: Scanner, at: Position): ValueExpr | null {
  return scanner.identifier() ? { kind: 'value', value: scanner.lastToken, quoted: false, at } : null;
}

function tryList(scanner: Scanner): ListExpr | null {
  const at = scanner.position();
  if (!scanner.literal('(')) {
    return null;
  }
  scanner.blank();
  const items: ValueExpr[] = [];
  const first = tryFirstItem(scanner);
  if (first !== null) {
    items.push(first);
    scanner.blank();
    while (scanner.literal(',')) {
      items.push(parseItem(scanner));
      scanner.blank();
    }
  }
  expectToken(scanner, ')', "expected a ')' token");
  return { kind: 'list', items, at };
}

/** A first item that is wrong in itself, such as one with a bad escape, counts as no item. */
function tryFirstItem(scanner: Scanner): ValueExpr | null {
  const item = attempt(scanner, () => parseItem(scanner));
  return 'ok' in item ? null : item;
}

function parseItem(scanner: Scanner): ValueExpr {
  return scanner.nested(() => {
    scanner.blank();
    const item = tryText(scanner, scanner.position());
    if (item === null) {
      throw fault('expected a string value');
    }
    return item;
  });
}

function expectedValue(what: string): AppError {
  const names = quotedNames(['val', ...supportedTransformers()]);
  return fault(`expected ${what} or a field with a valid transformer: ${names}`);
}
