import { AppError } from '@lanner/core';

/** A licence expression of SPDX. */
export type LicenseExpression =
  | { readonly kind: 'license'; readonly name: string }
  | {
      readonly kind: 'and' | 'or' | 'with';
      readonly left: LicenseExpression;
      readonly right: LicenseExpression;
    };

const maxLength = 64 * 1024;
const maxDepth = 100;
/** What walks over expressions goes as deep as there are operators. */
const maxOperators = 1000;

/**
 * Reads `MIT AND (Apache-2.0 OR GPL-2.0 WITH exception)`: WITH binds strongest, OR weakest. Words between operators
 * are one name, so that free texts are names too. Throws AppError 'artifact.parse'.
 */
export function parseLicenseExpression(text: string): LicenseExpression {
  if (text.length > maxLength) {
    throw invalid('it is too long');
  }
  const tokens = text
    .replaceAll(/[()]/g, ' $& ')
    .split(/\s+/)
    .filter((token) => token !== '');
  const reader = new Reader(tokens);
  const expression = reader.or(0);
  if (!reader.atEnd()) {
    throw invalid('a bracket is not opened');
  }
  return expression;
}

/** The names in an expression; a licence and its exception are one. */
export function licensesOf(expression: LicenseExpression): string[] {
  const names: string[] = [];
  const open = [expression];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.kind === 'and' || next.kind === 'or') {
      open.push(next.right, next.left);
    } else {
      names.push(printLicenseExpression(next));
    }
  }
  return names;
}

/** The text of an expression, with brackets only where they are needed. */
export function printLicenseExpression(expression: LicenseExpression): string {
  if (expression.kind === 'license') {
    return expression.name;
  }
  const { kind, left, right } = expression;
  const [a, b] = [left, right].map((side) =>
    strengths[side.kind] < strengths[kind]
      ? `(${printLicenseExpression(side)})`
      : printLicenseExpression(side),
  );
  return `${a ?? ''} ${kind.toUpperCase()} ${b ?? ''}`;
}

/** What binds more strongly has the higher number. */
const strengths: Readonly<Record<LicenseExpression['kind'], number>> = { or: 0, and: 1, with: 2, license: 3 };

class Reader {
  readonly #tokens: readonly string[];
  #at = 0;
  #operators = 0;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  atEnd(): boolean {
    return this.#at >= this.#tokens.length;
  }

  or(depth: number): LicenseExpression {
    return this.#binary('or', () => this.#and(depth));
  }

  #and(depth: number): LicenseExpression {
    return this.#binary('and', () => this.#binary('with', () => this.#primary(depth)));
  }

  #binary(kind: 'and' | 'or' | 'with', operand: () => LicenseExpression): LicenseExpression {
    let left = operand();
    while (this.#isNext(kind)) {
      this.#at++;
      if (++this.#operators > maxOperators) {
        throw invalid('it has too many operators');
      }
      left = { kind, left, right: operand() };
    }
    return left;
  }

  #primary(depth: number): LicenseExpression {
    if (this.#tokens[this.#at] === '(') {
      if (depth >= maxDepth) {
        throw invalid('brackets are nested too deeply');
      }
      this.#at++;
      const inner = this.or(depth + 1);
      if (this.#tokens[this.#at] !== ')') {
        throw invalid('a bracket is not closed');
      }
      this.#at++;
      return inner;
    }
    const words: string[] = [];
    while (!this.atEnd() && !this.#isOperator()) {
      words.push(this.#tokens[this.#at++] ?? '');
    }
    if (words.length === 0) {
      throw invalid('a name is missing');
    }
    return { kind: 'license', name: words.join(' ') };
  }

  #isNext(kind: string): boolean {
    return this.#tokens[this.#at]?.toLowerCase() === kind;
  }

  #isOperator(): boolean {
    return /^(?:and|or|with|[()])$/i.test(this.#tokens[this.#at] ?? '');
  }
}

function invalid(problem: string): AppError {
  return new AppError('artifact.parse', `this is no licence expression: ${problem}`);
}
