import { AppError } from '@lanner/core';
import type { LineRange } from '../model/index.ts';
import { type JsonObject, isObject } from './json.ts';

/** Deepest nesting of a document; package-lock.json of version 1 nests by dependency. */
const maxDepth = 512;

export interface JsonOptions {
  /** Comments and commas before a closing bracket are allowed. */
  readonly lenient?: boolean;
}

/** A JSON document that knows on which lines its values are. */
export interface LocatedJson {
  readonly value: JsonObject | readonly unknown[];
  /** The lines from the opening to the closing bracket of an object or list of this document. */
  readonly linesOf: (part: unknown) => LineRange | undefined;
  /** The line on which an item of a list of this document starts. */
  readonly itemLine: (list: readonly unknown[], index: number) => number | undefined;
}

/**
 * Reads JSON in one pass; its objects have no prototype. Throws AppError 'artifact.parse' for damaged JSON, and for
 * what is neither an object nor a list.
 */
export function parseLocatedJson(text: string, { lenient = false }: JsonOptions = {}): LocatedJson {
  const parser = new JsonParser(text, lenient);
  const value = parser.document();
  if (!isObject(value) && !Array.isArray(value)) {
    throw new AppError('artifact.parse', 'a JSON object or list was expected');
  }
  return {
    value,
    linesOf: (part) => (typeof part === 'object' && part !== null ? parser.lines.get(part) : undefined),
    itemLine: (list, index) => parser.itemLines.get(list)?.[index],
  };
}

class JsonParser {
  readonly lines = new WeakMap<object, LineRange>();
  readonly itemLines = new WeakMap<object, number[]>();
  private at = 0;
  private line = 1;
  private depth = 0;
  private readonly text: string;
  private readonly lenient: boolean;

  constructor(text: string, lenient: boolean) {
    this.text = text;
    this.lenient = lenient;
  }

  document(): unknown {
    const root = this.value();
    this.skipSpace();
    if (this.at < this.text.length) {
      throw this.error('text after the end of the document');
    }
    return root;
  }

  private value(): unknown {
    this.skipSpace();
    switch (this.text[this.at]) {
      case '{':
        return this.nested(() => this.object());
      case '[':
        return this.nested(() => this.array());
      case '"':
        return this.string();
      default:
        return this.literal();
    }
  }

  private nested<T extends object>(read: () => T): T {
    if (++this.depth > maxDepth) {
      throw new AppError('artifact.limit', 'The JSON document is nested too deeply');
    }
    const startLine = this.line;
    this.at++;
    const container = read();
    this.depth--;
    this.lines.set(container, { startLine, endLine: this.line });
    return container;
  }

  private object(): Record<string, unknown> {
    // Without a prototype no key of the file can mean anything but itself.
    const object = Object.create(null) as Record<string, unknown>;
    for (let first = true; ; first = false) {
      if (this.atEnd('}', first)) {
        return object;
      }
      const key = this.string();
      this.skipSpace();
      this.expect(':');
      object[key] = this.value();
    }
  }

  private array(): unknown[] {
    const array: unknown[] = [];
    const lines: number[] = [];
    for (let first = true; ; first = false) {
      if (this.atEnd(']', first)) {
        this.itemLines.set(array, lines);
        return array;
      }
      lines.push(this.line);
      array.push(this.value());
    }
  }

  /** Consumes the closing bracket, or the comma before the next element. */
  private atEnd(close: string, first: boolean): boolean {
    this.skipSpace();
    if (this.text[this.at] === close) {
      this.at++;
      return true;
    }
    if (first) {
      return false;
    }
    this.expect(',');
    this.skipSpace();
    if (this.lenient && this.text[this.at] === close) {
      this.at++;
      return true;
    }
    return false;
  }

  private string(): string {
    if (this.text[this.at] !== '"') {
      throw this.error('a string is missing');
    }
    const start = this.at;
    let plain = true;
    for (let i = start + 1; i < this.text.length; i++) {
      const code = this.text.charCodeAt(i);
      if (code === 0x22) {
        this.at = i + 1;
        return plain ? this.text.slice(start + 1, i) : this.decode(this.text.slice(start, i + 1));
      }
      if (code === 0x5c) {
        plain = false;
        i++;
      } else if (code < 0x20) {
        break;
      }
    }
    throw this.error('a string does not end');
  }

  private decode(quoted: string): string {
    try {
      return String(JSON.parse(quoted));
    } catch (cause) {
      throw this.error('a string has a wrong escape', cause);
    }
  }

  private literal(): unknown {
    const pattern = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
    pattern.lastIndex = this.at;
    const token = pattern.exec(this.text)?.[0];
    if (token === undefined) {
      throw this.error('a value is missing');
    }
    this.at += token.length;
    return JSON.parse(token) as unknown;
  }

  private expect(char: string): void {
    if (this.text[this.at] !== char) {
      throw this.error(`"${char}" is missing`);
    }
    this.at++;
  }

  private skipSpace(): void {
    for (; ; this.at++) {
      const code = this.text.charCodeAt(this.at);
      if (code === 0x0a) {
        this.line++;
      } else if (this.lenient && code === 0x2f) {
        this.skipComment();
      } else if (code !== 0x20 && code !== 0x09 && code !== 0x0d) {
        return;
      }
    }
  }

  /** Ends on the last character of the comment. */
  private skipComment(): void {
    if (this.text.startsWith('//', this.at)) {
      const end = this.text.indexOf('\n', this.at);
      this.at = (end === -1 ? this.text.length : end) - 1;
      return;
    }
    const end = this.text.startsWith('/*', this.at) ? this.text.indexOf('*/', this.at + 2) : -1;
    if (end === -1) {
      throw this.error('a comment does not end');
    }
    for (; this.at < end; this.at++) {
      if (this.text.charCodeAt(this.at) === 0x0a) {
        this.line++;
      }
    }
    this.at = end + 1;
  }

  private error(what: string, cause?: unknown): AppError {
    return new AppError('artifact.parse', `The JSON document is damaged: ${what}`, {
      details: { line: this.line },
      cause,
    });
  }
}
