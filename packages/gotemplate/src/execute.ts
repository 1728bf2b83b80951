import { AppError } from '@lanner/core';
import type { Command, Definitions, Node, Pipe, Term } from './ast.ts';
import { failure } from './functions/failure.ts';
import { printValue } from './print.ts';
import { isMap, isNumber, mapEntries, mapGet, truth, typeName, type Value } from './value.ts';

export type Functions = ReadonlyMap<string, (...values: never[]) => Value>;

export interface ExecuteOptions {
  /** What a missing key of a map gives; Go's option of the same name. Default: prints `<no value>`. */
  readonly missingKey?: 'default' | 'zero' | 'error';
  /** Bytes of output at which execution is given up. Default 4 MiB. */
  readonly maxOutput?: number;
}

interface Scope {
  readonly name: string;
  value: Value;
}

/** Ends a loop from within; an own type, so that it is not taken for a failure. */
class LoopSignal {
  readonly kind: 'break' | 'continue';
  constructor(kind: 'break' | 'continue') {
    this.kind = kind;
  }
}

/** A missing key or nil in output position; prints as Go prints it. */
const noValue = Symbol('no value');

/** How deep templates may call each other. */
const maxCalls = 200;
/** How often loop bodies and templates may run in one execution. */
const maxSteps = 1_000_000;

/** Runs one template of a set. Throws AppError 'template.execution'. */
export function execute(
  definitions: Definitions,
  name: string,
  data: Value,
  functions: Functions,
  options: ExecuteOptions = {},
): string {
  const run = new Execution(definitions, functions, options);
  run.template(name, data, 1);
  return run.output.join('');
}

class Execution {
  readonly output: string[] = [];
  #length = 0;
  #calls = 0;
  #steps = 0;
  #name = '';
  #variables: Scope[] = [];
  readonly #definitions: Definitions;
  readonly #functions: Functions;
  readonly #options: ExecuteOptions;
  readonly #maxOutput: number;

  constructor(definitions: Definitions, functions: Functions, options: ExecuteOptions) {
    this.#definitions = definitions;
    this.#functions = functions;
    this.#options = options;
    this.#maxOutput = options.maxOutput ?? 4 * 2 ** 20;
  }

  template(name: string, data: Value, line: number): void {
    const body = this.#definitions.get(name);
    if (body === undefined) {
      throw this.#error(line, `template ${JSON.stringify(name)} not defined`);
    }
    this.#step(line);
    if (++this.#calls > maxCalls) {
      throw this.#error(line, `exceeded maximum template depth (${maxCalls})`);
    }
    const outer = { variables: this.#variables, name: this.#name };
    this.#variables = [{ name: '$', value: data }];
    this.#name = name;
    this.#nodes(body, data);
    this.#variables = outer.variables;
    this.#name = outer.name;
    this.#calls--;
  }

  #nodes(nodes: readonly Node[], dot: Value): void {
    for (const node of nodes) {
      this.#node(node, dot);
    }
  }

  #node(node: Node, dot: Value): void {
    switch (node.kind) {
      case 'text':
        this.#write(node.text);
        return;
      case 'action': {
        const value = this.#pipe(node.pipe, dot);
        if (node.pipe.variables.length === 0) {
          this.#write(
            value === noValue || value === null || value === undefined ? '<no value>' : printValue(value),
          );
        }
        return;
      }
      case 'if':
      case 'with': {
        const scope = this.#variables.length;
        const value = plain(this.#pipe(node.pipe, dot));
        const holds = truth(value);
        this.#nodes(holds ? node.body : node.otherwise, holds && node.kind === 'with' ? value : dot);
        this.#variables.length = scope;
        return;
      }
      case 'range':
        this.#range(node, dot);
        return;
      case 'template':
        this.template(node.name, node.pipe === null ? null : plain(this.#pipe(node.pipe, dot)), node.line);
        return;
      case 'break':
      case 'continue':
        // Not a failure: caught by the loop.
        // eslint-disable-next-line @typescript-eslint/only-throw-error
        throw new LoopSignal(node.kind);
    }
  }

  #range(node: Node & { kind: 'range' }, dot: Value): void {
    const scope = this.#variables.length;
    const { pipe } = node;
    const entries = this.#entries(plain(this.#commands(pipe, dot)), pipe.line);
    for (const [key, value] of entries) {
      this.#step(pipe.line);
      this.#bindLoop(pipe, key, value);
      const inner = this.#variables.length;
      try {
        this.#nodes(node.body, value);
      } catch (signal) {
        if (!(signal instanceof LoopSignal)) {
          throw signal;
        }
        if (signal.kind === 'break') {
          break;
        }
      } finally {
        this.#variables.length = pipe.declares ? scope : inner;
      }
    }
    if (entries.length === 0) {
      this.#nodes(node.otherwise, dot);
    }
    this.#variables.length = scope;
  }

  #bindLoop(pipe: Pipe, key: Value, value: Value): void {
    const [first, second] = pipe.variables;
    if (first !== undefined) {
      this.#assign(first, second === undefined ? value : key, pipe.declares);
    }
    if (second !== undefined) {
      this.#assign(second, value, pipe.declares);
    }
  }

  #entries(value: Value, line: number): readonly (readonly [Value, Value])[] {
    if (value === null || value === undefined) {
      return [];
    }
    if (Array.isArray(value)) {
      return value.map((item: Value, i) => [i, item] as const);
    }
    if (isMap(value)) {
      return mapEntries(value);
    }
    if (isNumber(value)) {
      if (value > maxSteps) {
        throw this.#error(line, `range over ${value} is too long`);
      }
      return Array.from({ length: Math.max(0, Number(value)) }, (_, i) => [i, i] as const);
    }
    throw this.#error(line, `range can't iterate over ${printValue(value)}`);
  }

  #pipe(pipe: Pipe, dot: Value): Value {
    const value = this.#commands(pipe, dot);
    for (const variable of pipe.variables) {
      this.#assign(variable, plain(value), pipe.declares);
    }
    return value;
  }

  #commands(pipe: Pipe, dot: Value): Value {
    let value: Value;
    pipe.commands.forEach((command, i) => {
      value = this.#command(command, dot, i === 0 ? [] : [plain(value)]);
    });
    return value;
  }

  #command({ terms, line }: Command, dot: Value, piped: readonly Value[]): Value {
    const [head, ...rest] = terms;
    if (head === undefined) {
      throw this.#error(line, 'empty command');
    }
    if (head.kind === 'function') {
      return this.#call(head.name, rest, dot, piped, line);
    }
    const withArguments = rest.length + piped.length > 0;
    if (withArguments && (head.kind === 'constant' || head.kind === 'dot' || head.kind === 'nil')) {
      throw this.#error(line, `can't give argument to non-function ${describeTerm(head)}`);
    }
    if (head.kind === 'nil') {
      throw this.#error(line, 'nil is not a command');
    }
    const values = [...rest.map((term) => plain(this.#term(term, dot, line))), ...piped];
    return this.#term(head, dot, line, values);
  }

  #call(name: string, terms: readonly Term[], dot: Value, piped: readonly Value[], line: number): Value {
    // `and` and `or` stop at the first value that decides.
    if (name === 'and' || name === 'or') {
      return this.#shortCircuit(name, terms, dot, piped, line);
    }
    const call = this.#functions.get(name);
    if (call === undefined) {
      throw this.#error(line, `${JSON.stringify(name)} is not a defined function`);
    }
    const values = [...terms.map((term) => plain(this.#term(term, dot, line))), ...piped];
    return this.#guard(name, line, () => call(...(values as never[])));
  }

  #shortCircuit(
    name: 'and' | 'or',
    terms: readonly Term[],
    dot: Value,
    piped: readonly Value[],
    line: number,
  ): Value {
    if (terms.length + piped.length === 0) {
      throw this.#error(line, `wrong number of args for ${name}: want at least 1 got 0`);
    }
    let value: Value;
    for (const term of terms) {
      value = plain(this.#term(term, dot, line));
      if (truth(value) === (name === 'or')) {
        return value;
      }
    }
    return piped.length > 0 ? piped[0] : value;
  }

  #term(term: Term, dot: Value, line: number, values: readonly Value[] = []): Value {
    switch (term.kind) {
      case 'dot':
        return dot;
      case 'nil':
        return null;
      case 'constant':
        return term.value;
      case 'function':
        return this.#call(term.name, [], dot, [], line);
      case 'field':
        return this.#path(dot, term.path, values, line);
      case 'variable':
        return this.#path(this.#variable(term.name, line), term.path, values, line);
      case 'chain':
        return this.#path(this.#pipe(term.pipe, dot), term.path, values, line);
    }
  }

  #path(start: Value, path: readonly string[], values: readonly Value[], line: number): Value {
    let value = start;
    path.forEach((name, i) => {
      value = this.#member(plain(value), name, i === path.length - 1 ? values : [], line);
    });
    if (path.length === 0 && values.length > 0) {
      throw this.#error(line, `can't give argument to non-function ${printValue(plain(start))}`);
    }
    return value;
  }

  #member(value: Value, name: string, values: readonly Value[], line: number): Value {
    if (value === null || value === undefined) {
      throw this.#error(line, `nil data; no entry for key ${JSON.stringify(name)}`);
    }
    if (isMap(value)) {
      return this.#entry(value, name, values, line);
    }
    const member: unknown = typeof value === 'object' ? (value as Record<string, unknown>)[name] : undefined;
    if (member === undefined || name === 'constructor') {
      throw this.#error(line, `can't evaluate field ${name} in type ${typeName(value)}`);
    }
    if (typeof member !== 'function') {
      return member;
    }
    return this.#guard(name, line, () =>
      (member as (...all: readonly Value[]) => Value).apply(value, [...values]),
    );
  }

  #entry(map: Value, name: string, values: readonly Value[], line: number): Value {
    if (values.length > 0) {
      throw this.#error(line, `${name} is not a method but has arguments`);
    }
    const entry = mapGet(map, name);
    if (entry !== undefined) {
      return entry;
    }
    if (this.#options.missingKey === 'error') {
      throw this.#error(line, `map has no entry for key ${JSON.stringify(name)}`);
    }
    return noValue;
  }

  #variable(name: string, line: number): Value {
    const scope = this.#variables.findLast((candidate) => candidate.name === name);
    if (scope === undefined) {
      throw this.#error(line, `undefined variable: ${name}`);
    }
    return scope.value;
  }

  #assign(name: string, value: Value, declares: boolean): void {
    const known = declares ? undefined : this.#variables.findLast((candidate) => candidate.name === name);
    if (known === undefined) {
      this.#variables.push({ name, value });
    } else {
      known.value = value;
    }
  }

  #write(text: string): void {
    this.#length += text.length;
    if (this.#length > this.#maxOutput) {
      throw this.#error(1, `output is longer than ${this.#maxOutput} bytes`);
    }
    this.output.push(text);
  }

  #step(line: number): void {
    if (++this.#steps > maxSteps) {
      throw this.#error(line, `more than ${maxSteps} loop steps`);
    }
  }

  #guard(name: string, line: number, call: () => Value): Value {
    try {
      return checkedSize(call(), this.#maxOutput);
    } catch (error) {
      if (error instanceof AppError) {
        throw this.#error(line, `error calling ${name}: ${error.message}`, error);
      }
      throw error;
    }
  }

  #error(line: number, problem: string, cause?: unknown): AppError {
    return new AppError('template.execution', `template: ${this.#name}:${line}: ${problem}`, {
      cause,
      details: { line },
    });
  }
}

/** Texts and lists that a loop doubles must not take all memory. */
function checkedSize(value: Value, maxText: number): Value {
  if (typeof value === 'string' && value.length > maxText) {
    throw failure(`a text of ${value.length} characters is too long`);
  }
  if (Array.isArray(value) && value.length > maxSteps) {
    throw failure(`a list of ${value.length} items is too long`);
  }
  return value;
}

// A missing key is nil everywhere but where it is printed.
function plain(value: Value): Value {
  return value === noValue ? null : value;
}

function describeTerm(term: Term): string {
  return term.kind === 'constant' ? JSON.stringify(String(term.value)) : term.kind;
}
