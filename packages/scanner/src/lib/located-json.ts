import { AppError } from '@lanner/core';
import type { LineRange } from '../model/index.ts';
import { type JsonObject, isObject } from './json.ts';

/** A JSON document that knows on which lines its objects are. */
export interface LocatedJson {
  readonly value: JsonObject | readonly unknown[];
  /** The lines from the opening to the closing bracket of an object or list of this document. */
  readonly linesOf: (part: object) => LineRange | undefined;
}

const maxDepth = 500;

/** Throws AppError 'artifact.parse' for damaged JSON, and for what is neither an object nor a list. */
export function parseLocatedJson(text: string): LocatedJson {
  const reader = new Reader(text);
  const value = reader.document();
  if (!isObject(value) && !Array.isArray(value)) {
    throw new AppError('artifact.parse', 'a JSON object or list was expected');
  }
  return { value, linesOf: (part) => reader.lines.get(part) };
}

class Reader {
  readonly lines = new Map<object, LineRange>();
  readonly #text: string;
  #at = 0;
  #line = 1;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): unknown {
    const value = this.#value();
    if (this.#next() !== '') {
      throw this.#error();
    }
    return value;
  }

  #value(): unknown {
    const first = this.#next();
    if (first === '{') {
      return this.#nested(() => this.#object());
    }
    if (first === '[') {
      return this.#nested(() => this.#list());
    }
    return first === '"' ? this.#string() : this.#word();
  }

  #nested<T extends object>(read: () => T): T {
    const startLine = this.#line;
    if (++this.#depth > maxDepth) {
      throw new AppError('artifact.limit', 'The JSON document is nested too deeply');
    }
    this.#at++;
    const value = read();
    this.#depth--;
    this.lines.set(value, { startLine, endLine: this.#line });
    return value;
  }

  #object(): JsonObject {
    const members: [string, unknown][] = [];
    for (let more = this.#next() !== '}'; more; more = this.#isContinued('}')) {
      if (this.#next() !== '"') {
        throw this.#error();
      }
      const key = this.#string();
      if (this.#next() !== ':') {
        throw this.#error();
      }
      this.#at++;
      members.push([key, this.#value()]);
    }
    this.#at++;
    return Object.fromEntries(members);
  }

  #list(): unknown[] {
    const items: unknown[] = [];
    for (let more = this.#next() !== ']'; more; more = this.#isContinued(']')) {
      items.push(this.#value());
    }
    this.#at++;
    return items;
  }

  /** Steps over a comma; false at the closing bracket. */
  #isContinued(closing: '}' | ']'): boolean {
    const next = this.#next();
    if (next === ',') {
      this.#at++;
      return true;
    }
    if (next !== closing) {
      throw this.#error();
    }
    return false;
  }

  #string(): string {
    const start = this.#at;
    let end = start + 1;
    while (end < this.#text.length && this.#text[end] !== '"') {
      end += this.#text[end] === '\\' ? 2 : 1;
    }
    this.#at = end + 1;
    return this.#plain(start) as string;
  }

  #word(): unknown {
    const start = this.#at;
    while (/[^\s,\]}]/.test(this.#text[this.#at] ?? ' ')) {
      this.#at++;
    }
    return this.#plain(start);
  }

  /** A text, number, true, false or null: what is right there, JSON itself knows best. */
  #plain(start: number): unknown {
    try {
      return JSON.parse(this.#text.slice(start, this.#at));
    } catch {
      throw this.#error();
    }
  }

  /** The next character that is no space; empty at the end. */
  #next(): string {
    for (;;) {
      const character = this.#text[this.#at] ?? '';
      if (character !== ' ' && character !== '\n' && character !== '\r' && character !== '\t') {
        return character;
      }
      this.#line += character === '\n' ? 1 : 0;
      this.#at++;
    }
  }

  #error(): AppError {
    return new AppError('artifact.parse', 'The JSON document is damaged', { details: { line: this.#line } });
  }
}
