import type {
  Expr,
  FieldExpr,
  LeftExpr,
  ListExpr,
  TransformerExpr,
  TransformerInput,
  ValueExpr,
} from './ast.ts';
import { quote } from './quote.ts';
import { Scanner } from './scanner.ts';

/**
 * The canonical text of a condition, as Falco prints compiled conditions: chains in parentheses, single blanks,
 * quotes only where needed. It parses to an equal expression; where Falco's text would not (an empty value, one with
 * a comma or parenthesis, a double `not`), quotes or parentheses are added.
 */
export function printCondition(expr: Expr): string {
  switch (expr.kind) {
    case 'and':
    case 'or':
      return `(${expr.children.map(printCondition).join(` ${expr.kind} `)})`;
    case 'not': {
      const child = printCondition(expr.child);
      // `not not x` would read as x.
      return expr.child.kind === 'not' ? `not (${child})` : `not ${child}`;
    }
    case 'macro':
      // Only in parentheses is `not` a name.
      return expr.name === 'not' ? '(not)' : expr.name;
    case 'unary':
      return `${printOperand(expr.left)} ${expr.operator}`;
    case 'binary': {
      const operator = expr.modifier === null ? expr.operator : `${expr.operator} ${expr.modifier}`;
      return `${printOperand(expr.left)} ${operator} ${printRight(expr.right)}`;
    }
  }
}

/** The canonical text of a field or transformer call. */
export function printOperand(expr: LeftExpr): string {
  return expr.kind === 'field' ? printField(expr) : printTransformer(expr);
}

function printField({ name, argument }: FieldExpr): string {
  return name + printArgument(argument);
}

function printTransformer({ name, inputs, argument }: TransformerExpr): string {
  return `${name}(${inputs.map(printInput).join(',')})${printArgument(argument)}`;
}

function printInput(input: TransformerInput): string {
  switch (input.kind) {
    case 'list':
      return `(${input.items.map(printInput).join(',')})`;
    case 'value':
      return input.quoted ? quote(input.value) : input.value;
    case 'field':
    case 'transformer':
      return printOperand(input);
  }
}

function printArgument(argument: string | null): string {
  if (argument === null) {
    return '';
  }
  return `[${needsQuotes(argument, (scanner) => scanner.bareArgument()) ? quote(argument) : argument}]`;
}

function printRight(right: ValueExpr | ListExpr | LeftExpr): string {
  switch (right.kind) {
    case 'list':
      // The parser makes lists on the right of values only.
      return `(${right.items.map((item) => (item.kind === 'value' ? printText(item.value) : printInput(item))).join(', ')})`;
    case 'value':
      return printText(right.value);
    case 'field':
    case 'transformer':
      return printOperand(right);
  }
}

function printText(value: string): string {
  return needsQuotes(value, (scanner) => scanner.bareText()) ? quote(value) : value;
}

/** Characters that make Falco print quotes although bare text may hold some of them. */
const quotedByFalco = /[\b\f\n\r\t \\="'\0]/;

function needsQuotes(text: string, readBare: (scanner: Scanner) => boolean): boolean {
  if (text === '' || quotedByFalco.test(text)) {
    return true;
  }
  const scanner = new Scanner(text, 1);
  return !readBare(scanner) || !scanner.atEnd;
}
