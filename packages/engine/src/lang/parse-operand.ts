import type {
  FieldExpr,
  LeftExpr,
  ListExpr,
  Position,
  TransformerExpr,
  TransformerInput,
  ValueExpr,
} from './ast.ts';
import { expectToken, fault } from './fault.ts';
import type { Scanner } from './scanner.ts';
import { supportedTransformers } from './words.ts';

const transformerStarts = supportedTransformers().map((name) => `${name}(`);

/** The field or transformer call that stands here; null when there is none. */
export function tryLeft(scanner: Scanner, at: Position): LeftExpr | null {
  if (scanner.fieldName()) {
    return parseFieldRest(scanner, at);
  }
  return tryTransformer(scanner, at);
}

function parseFieldRest(scanner: Scanner, at: Position): FieldExpr {
  const name = scanner.lastToken;
  return scanner.nested(() => ({ kind: 'field', name, argument: parseArgument(scanner), at }));
}

function parseArgument(scanner: Scanner): string | null {
  if (!scanner.literal('[')) {
    return null;
  }
  if (!scanner.quoted() && !scanner.bareArgument()) {
    throw fault('expected a valid field argument: a quoted string or a bare string');
  }
  const argument = scanner.lastToken;
  expectToken(scanner, ']', "expected a ']' token");
  return argument;
}

function tryTransformer(scanner: Scanner, at: Position): TransformerExpr | null {
  if (!scanner.oneOf(transformerStarts)) {
    return null;
  }
  const name = scanner.lastToken.slice(0, -1);
  scanner.blank();
  return parseTransformerRest(scanner, name, at);
}

function parseTransformerRest(scanner: Scanner, name: string, at: Position): TransformerExpr {
  return scanner.nested(() => {
    const inputs: TransformerInput[] = [];
    do {
      scanner.blank();
      inputs.push(parseInput(scanner));
      scanner.blank();
    } while (scanner.literal(','));
    expectToken(scanner, ')', "expected a ')' token closing the transformer");
    return { kind: 'transformer', name, inputs, argument: parseArgument(scanner), at };
  });
}

function parseInput(scanner: Scanner): TransformerInput {
  return scanner.nested(() => {
    const at = scanner.position();
    if (scanner.literal('(')) {
      return parseInputList(scanner, at);
    }
    const input = tryValue(scanner, at) ?? tryLeft(scanner, at);
    if (input === null) {
      throw fault(
        'expected field transformer argument: field, transformer, quoted string, number, or transformer list',
      );
    }
    return input;
  });
}

function tryValue(scanner: Scanner, at: Position): ValueExpr | null {
  if (scanner.number()) {
    return { kind: 'value', value: scanner.lastToken, quoted: false, at };
  }
  return scanner.quoted() ? { kind: 'value', value: scanner.lastToken, quoted: true, at } : null;
}

function parseInputList(scanner: Scanner, at: Position): ListExpr {
  const items: TransformerInput[] = [];
  scanner.blank();
  if (scanner.literal(')')) {
    return { kind: 'list', items, at };
  }
  do {
    scanner.blank();
    const itemAt = scanner.position();
    const item = tryLeft(scanner, itemAt) ?? tryValue(scanner, itemAt);
    if (item === null) {
      throw fault('expected transformer list argument: field, transformer, quoted string, or number');
    }
    items.push(item);
    scanner.blank();
  } while (scanner.literal(','));
  expectToken(scanner, ')', "expected ')'");
  return { kind: 'list', items, at };
}

/** What stands for another value on the right of an operator: `val(field)` or a transformer call. */
export function tryTransformerOrVal(scanner: Scanner): TransformerExpr | null {
  return scanner.nested(() => {
    scanner.blank();
    const at = scanner.position();
    return scanner.literal('val(') ? parseValRest(scanner, at) : tryTransformer(scanner, at);
  });
}

function parseValRest(scanner: Scanner, at: Position): TransformerExpr {
  scanner.blank();
  const fieldAt = scanner.position();
  if (!scanner.fieldName()) {
    throw fault("expected a field within 'val' transformer");
  }
  const inputs = [parseFieldRest(scanner, fieldAt)];
  scanner.blank();
  expectToken(scanner, ')', "expected a ')' token closing the transformer");
  return { kind: 'transformer', name: 'val', inputs, argument: parseArgument(scanner), at };
}
