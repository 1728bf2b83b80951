import type { BinaryCheckExpr, Expr, LeftExpr, Modifier, Position } from './ast.ts';
import { attempt, expectToken, fault, type SyntaxFailure } from './fault.ts';
import { tryLeft } from './parse-operand.ts';
import { parseList, parseListOrTransformer, parseNumber, parseText } from './parse-value.ts';
import { Scanner } from './scanner.ts';
import { modifiers, operatorNames, quotedNames, supportedOperators } from './words.ts';

export interface ParseOptions {
  /** Levels of the grammar that may be open at a time; default 100, 1000 for rules. */
  readonly maxDepth?: number;
}

/** An expression, or what is wrong with the text and where. */
export type ParseResult = { readonly ok: true; readonly expr: Expr } | SyntaxFailure;

/** A field or transformer call at the start of a text. */
export type OperandParseResult =
  { readonly ok: true; readonly expr: LeftExpr; readonly end: number } | SyntaxFailure;

const defaultMaxDepth = 100;

/**
 * Parses a condition as Falco does. `text` is a byte string, as are the values in the result.
 * Time is linear in the length of the text; any text gives a result, never an exception.
 */
export function parseCondition(text: string, { maxDepth = defaultMaxDepth }: ParseOptions = {}): ParseResult {
  const scanner = new Scanner(text, maxDepth);
  return attempt(scanner, () => {
    if (text === '') {
      throw fault('filter input string is empty');
    }
    const expr = parseOr(scanner);
    if (!scanner.atEnd) {
      throw fault(`unexpected token after '${scanner.lastToken}', expecting 'or', 'and'`);
    }
    return { ok: true, expr };
  });
}

/** Parses the field or transformer call at `start` and ignores what follows; `end` is where it stops. */
export function parseOperandAt(text: string, start = 0, maxDepth = defaultMaxDepth): OperandParseResult {
  const scanner = new Scanner(text, maxDepth, start);
  return attempt(scanner, () => {
    const expr = scanner.nested(() => {
      const at = scanner.position();
      const left = tryLeft(scanner, at);
      if (left === null) {
        throw fault(`unexpected token after '${scanner.lastToken}'`);
      }
      return left;
    });
    return { ok: true, expr, end: scanner.offset };
  });
}

function parseOr(scanner: Scanner): Expr {
  return scanner.nested(() => parseChain(scanner, 'or', parseAnd));
}

function parseAnd(scanner: Scanner): Expr {
  return scanner.nested(() => parseChain(scanner, 'and', parseNot));
}

function parseChain(scanner: Scanner, kind: 'and' | 'or', parseChild: (scanner: Scanner) => Expr): Expr {
  const at = scanner.position();
  scanner.blank();
  const first = parseChild(scanner);
  const children = [first];
  scanner.blank();
  while (scanner.literal(kind)) {
    if (scanner.blank()) {
      children.push(parseChild(scanner));
    } else if (scanner.literal('(')) {
      children.push(parseGroupRest(scanner));
    } else {
      throw fault(`expected blank or '(' after '${kind}'`);
    }
    scanner.blank();
  }
  return children.length === 1 ? first : { kind, children, at };
}

function parseNot(scanner: Scanner): Expr {
  return scanner.nested(() => {
    const at = scanner.position();
    let negated = false;
    scanner.blank();
    while (scanner.notWord()) {
      negated = !negated;
    }
    let child: Expr;
    if (scanner.literal('not(')) {
      negated = !negated;
      child = parseGroupRest(scanner);
    } else {
      child = parseCheck(scanner);
    }
    return negated ? { kind: 'not', child, at } : child;
  });
}

/** What follows an opening parenthesis. */
function parseGroupRest(scanner: Scanner): Expr {
  return scanner.nested(() => {
    scanner.blank();
    const child = parseOr(scanner);
    scanner.blank();
    expectToken(scanner, ')', "expected a ')' token");
    return child;
  });
}

function parseCheck(scanner: Scanner): Expr {
  return scanner.nested(() => {
    const at = scanner.position();
    scanner.blank();
    if (scanner.literal('(')) {
      return parseGroupRest(scanner);
    }
    const left = tryLeft(scanner, at);
    if (left !== null) {
      return parseComparison(scanner, left, at);
    }
    if (scanner.identifier()) {
      return { kind: 'macro', name: scanner.lastToken, at };
    }
    throw fault("expected a '(' token, a field check, or an identifier");
  });
}

function parseComparison(scanner: Scanner, left: LeftExpr, at: Position): Expr {
  return scanner.nested(() => {
    scanner.blank();
    if (scanner.oneOf(operatorNames.unary)) {
      return { kind: 'unary', left, operator: scanner.lastToken, at };
    }
    if (scanner.oneOf(operatorNames.number)) {
      return binary(left, scanner.lastToken, null, parseNumber(scanner), at);
    }
    if (scanner.oneOf(textOperators)) {
      return parseTextComparison(scanner, left, at);
    }
    if (scanner.oneOf(operatorNames.list)) {
      const operator = scanner.lastToken;
      return binary(left, operator, null, parseListOrTransformer(scanner), at);
    }
    throw fault(`expected a valid check operator: one of ${quotedNames(supportedOperators())}`);
  });
}

function parseTextComparison(scanner: Scanner, left: LeftExpr, at: Position): BinaryCheckExpr {
  const operator = scanner.lastToken;
  // The blank after an operator that is a word has been read with it.
  const blankBefore = isWordOperator(operator) || scanner.blank();
  const mark = scanner.mark();
  if (blankBefore && scanner.oneOf(modifierStarts) && listFollows(scanner) && !keywordFollows(scanner)) {
    // The scanner only finds the three of the list.
    const modifier = scanner.lastToken as Modifier;
    return binary(left, operator, modifier, parseList(scanner), at);
  }
  scanner.reset(mark);
  return binary(left, operator, null, parseText(scanner), at);
}

function binary(
  left: LeftExpr,
  operator: string,
  modifier: Modifier | null,
  right: BinaryCheckExpr['right'],
  at: Position,
): BinaryCheckExpr {
  return { kind: 'binary', left, operator, modifier, right, at };
}

function listFollows(scanner: Scanner): boolean {
  const mark = scanner.mark();
  const follows = scanner.literal('(') || scanner.identifier();
  scanner.reset(mark);
  return follows;
}

function keywordFollows(scanner: Scanner): boolean {
  keyword.lastIndex = scanner.offset;
  return keyword.test(scanner.text);
}

const keyword = /(?:and|or|not)(?![a-zA-Z0-9])/y;
const modifierStarts = modifiers.map((name) => `${name} `);
// A trailing space asks the scanner for a blank.
const textOperators = operatorNames.text.map((name) => (isWordOperator(name) ? `${name} ` : name));

function isWordOperator(operator: string): boolean {
  return /^[a-z]/.test(operator);
}
