import { AppError } from '@lanner/core';
import type { Command, Definitions, Node, Pipe, Term } from './ast.ts';
import { syntaxError, type Token, tokenize } from './lexer.ts';
import { literalValue } from './literal.ts';

const keywords = new Set([
  'if',
  'else',
  'end',
  'range',
  'with',
  'define',
  'template',
  'block',
  'break',
  'continue',
  'nil',
]);

/** How deep parentheses and blocks may nest; beyond it the text is refused instead of exhausting the stack. */
const maxDepth = 200;

/** Parses a template and what it defines. Throws AppError 'template.syntax' with the line. */
export function parseTemplate(name: string, source: string, functions: ReadonlySet<string>): Definitions {
  const definitions = new Map<string, readonly Node[]>();
  const parser = new Parser(name, tokenize(name, source), functions, definitions);
  const body = parser.body([], 'top');
  definitions.set(name, body.nodes);
  return definitions;
}

type Terminator = 'end' | 'else' | 'eof';

class Parser {
  #at = 0;
  #depth = 0;
  #rangeDepth = 0;
  #variables: string[] = ['$'];
  readonly #name: string;
  readonly #tokens: readonly Token[];
  readonly #functions: ReadonlySet<string>;
  readonly #definitions: Map<string, readonly Node[]>;

  constructor(
    name: string,
    tokens: readonly Token[],
    functions: ReadonlySet<string>,
    definitions: Map<string, readonly Node[]>,
  ) {
    this.#name = name;
    this.#tokens = tokens;
    this.#functions = functions;
    this.#definitions = definitions;
  }

  /** Nodes until `{{end}}`, `{{else}}` or the end; the tokens after `else` are left to the caller. */
  body(stop: readonly Terminator[], where: string): { nodes: Node[]; terminator: Terminator } {
    this.#enter();
    const nodes: Node[] = [];
    for (;;) {
      const token = this.#tokens[this.#at];
      if (token === undefined) {
        if (stop.length > 0) {
          throw this.#error('unexpected EOF');
        }
        this.#depth--;
        return { nodes, terminator: 'eof' };
      }
      this.#at++;
      if (token.kind === 'text') {
        nodes.push({ kind: 'text', text: token.text });
        continue;
      }
      const word = this.#peekWord();
      if (word === 'end' || word === 'else') {
        if (!stop.includes(word)) {
          throw this.#error(`unexpected {{${word}}}`);
        }
        this.#next();
        this.#depth--;
        return { nodes, terminator: word };
      }
      const node = this.#action(word, where);
      if (node !== null) {
        nodes.push(node);
      }
    }
  }

  #action(word: string | null, where: string): Node | null {
    switch (word) {
      case 'if':
      case 'with':
      case 'range':
        this.#next();
        return this.#control(word);
      case 'define':
        this.#next();
        return this.#define(where);
      case 'block':
        this.#next();
        return this.#block();
      case 'template':
        this.#next();
        return this.#invoke();
      case 'break':
      case 'continue':
        this.#next();
        this.#close(word);
        if (this.#rangeDepth === 0) {
          throw this.#error(`{{${word}}} outside {{range}}`);
        }
        return { kind: word };
      default: {
        const pipe = this.#pipe('command');
        this.#close('command');
        return { kind: 'action', pipe };
      }
    }
  }

  #control(kind: 'if' | 'with' | 'range'): Node {
    const scope = this.#variables.length;
    const pipe = this.#pipe(kind);
    this.#close(kind);
    this.#rangeDepth += kind === 'range' ? 1 : 0;
    const inner = this.body(['end', 'else'], 'inner');
    this.#rangeDepth -= kind === 'range' ? 1 : 0;
    const otherwise = inner.terminator === 'else' ? this.#else(kind) : [];
    if (inner.terminator === 'end') {
      this.#close('end');
    }
    this.#variables.length = scope;
    return { kind, pipe, body: inner.nodes, otherwise };
  }

  // `{{else if …}}` and `{{else with …}}` share the closing `{{end}}` of the outer action.
  #else(kind: 'if' | 'with' | 'range'): Node[] {
    if (kind !== 'range' && this.#peekWord() === kind) {
      this.#next();
      return [this.#control(kind)];
    }
    this.#close('else');
    const inner = this.body(['end'], 'inner');
    this.#close('end');
    return inner.nodes;
  }

  #define(where: string): null {
    if (where !== 'top') {
      throw this.#error('unexpected {{define}}');
    }
    const name = this.#quotedName('define clause');
    this.#close('define clause');
    this.#definitions.set(name, this.#separateBody());
    return null;
  }

  #block(): Node {
    const line = this.#line();
    const name = this.#quotedName('block clause');
    const pipe = this.#pipe('block clause');
    this.#close('block clause');
    this.#definitions.set(name, this.#separateBody());
    return { kind: 'template', name, pipe, line };
  }

  // A defined body sees neither the variables nor the loops around it.
  #separateBody(): readonly Node[] {
    const variables = this.#variables;
    const rangeDepth = this.#rangeDepth;
    this.#variables = ['$'];
    this.#rangeDepth = 0;
    const { nodes } = this.body(['end'], 'inner');
    this.#close('end');
    this.#variables = variables;
    this.#rangeDepth = rangeDepth;
    return nodes;
  }

  #invoke(): Node {
    const line = this.#line();
    const name = this.#quotedName('template clause');
    this.#skipSpace();
    const pipe = this.#tokens[this.#at]?.kind === 'close' ? null : this.#pipe('template clause');
    this.#close('template clause');
    return { kind: 'template', name, pipe, line };
  }

  #quotedName(context: string): string {
    this.#skipSpace();
    const token = this.#next();
    if (token?.kind !== 'string') {
      throw this.#error(`unexpected ${describe(token)} in ${context}`);
    }
    return String(this.#literal(token));
  }

  #pipe(context: string): Pipe {
    this.#enter();
    this.#skipSpace();
    const line = this.#line();
    const { variables, declares } = this.#declaration(context);
    const commands: Command[] = [];
    do {
      commands.push(this.#command(context));
    } while (this.#take('|'));
    if (declares) {
      this.#variables.push(...variables);
    }
    this.#depth--;
    return { line, variables, declares, commands };
  }

  #declaration(context: string): { variables: string[]; declares: boolean } {
    const start = this.#at;
    const variables: string[] = [];
    for (;;) {
      this.#skipSpace();
      const token = this.#tokens[this.#at];
      if (token?.kind !== 'variable') {
        break;
      }
      this.#at++;
      variables.push(token.text);
      if (this.#take(':=')) {
        return { variables, declares: true };
      }
      if (this.#take('=')) {
        variables.forEach((variable) => this.#known(variable));
        return { variables, declares: false };
      }
      if (context !== 'range' || variables.length > 1 || !this.#take(',')) {
        break;
      }
    }
    this.#at = start;
    return { variables: [], declares: false };
  }

  #command(context: string): Command {
    const terms: Term[] = [];
    this.#skipSpace();
    const line = this.#line();
    for (;;) {
      const before = this.#at;
      this.#skipSpace();
      const token = this.#tokens[this.#at];
      const ends = token === undefined || token.kind === 'close' || ['|', ')'].includes(token.text);
      if (ends) {
        break;
      }
      if (terms.length > 0 && before === this.#at) {
        throw this.#error(`unexpected ${describe(token)} in operand`);
      }
      terms.push(this.#term(context));
    }
    if (terms.length === 0) {
      throw this.#error(`missing value for ${context}`);
    }
    return { line, terms };
  }

  #term(context: string): Term {
    const token = this.#next();
    switch (token?.kind) {
      case 'string':
      case 'number':
      case 'char':
        return { kind: 'constant', value: this.#literal(token) };
      case 'dot':
        return { kind: 'dot' };
      case 'field':
        return { kind: 'field', path: this.#path([token.text.slice(1)]) };
      case 'variable':
        this.#known(token.text);
        return { kind: 'variable', name: token.text, path: this.#path([]) };
      case 'word':
        return this.#word(token.text);
      default:
        if (token?.text !== '(') {
          throw this.#error(`unexpected ${describe(token)} in ${context}`);
        }
        return this.#parenthesised();
    }
  }

  /** Says in which line a literal is wrong. */
  #literal({ kind, text }: Token): string | number | bigint {
    try {
      return literalValue(kind, text);
    } catch (error) {
      throw error instanceof AppError ? this.#error(error.message) : error;
    }
  }

  #parenthesised(): Term {
    const pipe = this.#pipe('parenthesized pipeline');
    if (!this.#take(')')) {
      throw this.#error(`unclosed left paren`);
    }
    return { kind: 'chain', pipe, path: this.#path([]) };
  }

  #word(word: string): Term {
    if (word === 'true' || word === 'false') {
      return { kind: 'constant', value: word === 'true' };
    }
    if (word === 'nil') {
      return { kind: 'nil' };
    }
    if (keywords.has(word)) {
      throw this.#error(`unexpected <${word}> in operand`);
    }
    if (!this.#functions.has(word)) {
      throw this.#error(`function ${JSON.stringify(word)} not defined`);
    }
    return { kind: 'function', name: word };
  }

  #path(path: string[]): string[] {
    for (;;) {
      const token = this.#tokens[this.#at];
      if (token?.kind !== 'field') {
        return path;
      }
      this.#at++;
      path.push(token.text.slice(1));
    }
  }

  #known(variable: string): void {
    if (!this.#variables.includes(variable)) {
      throw this.#error(`undefined variable ${JSON.stringify(variable)}`);
    }
  }

  #take(text: string): boolean {
    const start = this.#at;
    this.#skipSpace();
    if (this.#tokens[this.#at]?.text === text && this.#tokens[this.#at]?.kind === 'punctuation') {
      this.#at++;
      return true;
    }
    this.#at = start;
    return false;
  }

  #close(context: string): void {
    this.#skipSpace();
    const token = this.#next();
    if (token?.kind !== 'close') {
      throw this.#error(`unexpected ${describe(token)} in ${context}`);
    }
  }

  #peekWord(): string | null {
    this.#skipSpace();
    const token = this.#tokens[this.#at];
    return token?.kind === 'word' ? token.text : null;
  }

  #next(): Token | undefined {
    return this.#tokens[this.#at++];
  }

  #skipSpace(): void {
    while (this.#tokens[this.#at]?.kind === 'space') {
      this.#at++;
    }
  }

  #enter(): void {
    if (++this.#depth > maxDepth) {
      throw this.#error(`nested deeper than ${maxDepth} levels`);
    }
  }

  #line(): number {
    return (this.#tokens[this.#at] ?? this.#tokens.at(-1))?.line ?? 1;
  }

  #error(problem: string): Error {
    return syntaxError(this.#name, this.#line(), problem);
  }
}

function describe(token: Token | undefined): string {
  return token === undefined ? 'EOF' : token.kind === 'close' ? '"}}"' : JSON.stringify(token.text);
}
