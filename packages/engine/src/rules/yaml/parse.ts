import { Halt } from '../halt.ts';
import { endOfFile, type Mark, syntaxError } from './cursor.ts';
import { Scanner } from './scanner.ts';
import type { Token } from './token.ts';

interface NodeBase {
  /** Offset at which the node starts, its anchor or tag included; `endOfFile` for what a missing end implies. */
  readonly at: Mark;
  /** Offset behind the node. */
  readonly end: Mark;
  /** How many nodes it holds, itself included, with aliases counted as what they stand for. */
  readonly size: number;
}

export interface YamlNull extends NodeBase {
  readonly kind: 'null';
}

export interface YamlScalar extends NodeBase {
  readonly kind: 'scalar';
  readonly value: string;
  readonly style: 'plain' | 'quoted' | 'block';
}

export interface YamlSequence extends NodeBase {
  readonly kind: 'sequence';
  readonly flow: boolean;
  readonly items: readonly YamlNode[];
}

export interface YamlPair {
  readonly key: YamlNode;
  readonly value: YamlNode;
}

export interface YamlMap extends NodeBase {
  readonly kind: 'map';
  readonly flow: boolean;
  /** In file order; a key may occur twice, then the first one counts. */
  readonly pairs: readonly YamlPair[];
}

/** A node; an alias is the very node that it names. */
export type YamlNode = YamlNull | YamlScalar | YamlSequence | YamlMap;

export type YamlResult =
  | { readonly ok: true; readonly documents: readonly YamlNode[] }
  | { readonly ok: false; readonly message: string; readonly at: Mark };

const maxDepth = 500;
/** Aliases can make a small text stand for a huge document. */
const maxNodes = 2_000_000;

/** Parses a stream of YAML documents; `text` is a byte string. Documents without content are left out. */
export function parseYaml(text: string): YamlResult {
  try {
    return { ok: true, documents: new Parser(text).documents() };
  } catch (error) {
    if (error instanceof Halt) {
      // Within this folder only `syntaxError` makes one.
      return { ok: false, message: error.message, at: (error as Halt<Mark>).payload };
    }
    throw error;
  }
}

/** The value of `key`, or undefined. */
export function valueOf(node: YamlMap, key: string): YamlNode | undefined {
  for (const pair of node.pairs) {
    if (pair.key.kind === 'scalar' && pair.key.value === key) {
      return pair.value;
    }
  }
  return undefined;
}

interface Properties {
  readonly anchor: string | null;
  readonly tagged: boolean;
}

const noProperties: Properties = { anchor: null, tagged: false };

class Parser {
  readonly #scanner: Scanner;
  #anchors = new Map<string, YamlNode | null>();
  #depth = 0;
  #nodes = 0;
  /** Offset behind the token that was taken last. */
  #end = 0;

  constructor(text: string) {
    this.#scanner = new Scanner(text);
  }

  documents(): YamlNode[] {
    const documents: YamlNode[] = [];
    for (let token = this.#scanner.peek(); token !== null; token = this.#scanner.peek()) {
      if (token.kind === 'directive') {
        this.#take();
        continue;
      }
      if (token.kind === 'document-start') {
        this.#take();
      }
      this.#anchors = new Map();
      const document = this.#node('block');
      while (this.#scanner.peek()?.kind === 'document-end') {
        this.#take();
      }
      if (document.kind !== 'null') {
        documents.push(document);
      }
      if (this.#scanner.peek() === token) {
        throw syntaxError('unexpected token after end of document', token.at);
      }
    }
    return documents;
  }

  #take(): void {
    this.#end = this.#scanner.peek()?.end ?? this.#end;
    this.#scanner.pop();
  }

  #node(within: 'block' | 'flow-seq' | 'flow-map'): YamlNode {
    this.#depth++;
    if (this.#depth >= maxDepth) {
      throw syntaxError('bad file', this.#scanner.mark);
    }
    const node = this.#nodeHere(within);
    this.#depth--;
    return node;
  }

  #nodeHere(within: 'block' | 'flow-seq' | 'flow-map'): YamlNode {
    const first = this.#scanner.peek();
    if (first === null) {
      return this.#null(this.#scanner.mark);
    }
    if (first.kind === 'value') {
      return this.#compactMap(first.at);
    }
    if (first.kind === 'alias') {
      this.#take();
      return this.#alias(first);
    }
    const properties = this.#properties();
    if (properties.anchor !== null) {
      // Known while its content is read, so that a node cannot contain itself.
      this.#anchors.set(properties.anchor, null);
    }
    const node = this.#content(first.at, properties, within);
    if (properties.anchor !== null) {
      this.#anchors.set(properties.anchor, node);
    }
    return node;
  }

  #properties(): Properties {
    let properties = noProperties;
    for (let token = this.#scanner.peek(); token !== null; token = this.#scanner.peek()) {
      if (token.kind === 'tag') {
        if (properties.tagged) {
          throw syntaxError('cannot assign multiple tags to the same node', token.at);
        }
        properties = { ...properties, tagged: true };
      } else if (token.kind === 'anchor') {
        if (properties.anchor !== null) {
          throw syntaxError('cannot assign multiple anchors to the same node', token.at);
        }
        properties = { ...properties, anchor: token.text };
      } else {
        break;
      }
      this.#take();
    }
    return properties;
  }

  #content(at: Mark, { tagged }: Properties, within: 'block' | 'flow-seq' | 'flow-map'): YamlNode {
    const token = this.#scanner.peek();
    switch (token?.kind) {
      case 'plain':
      case 'quoted':
      case 'block':
        this.#take();
        return token.kind === 'plain' && !tagged && isNull(token.text)
          ? this.#null(at)
          : this.#scalar(at, token.text, token.kind);
      case 'flow-seq-start':
        return this.#flowSequence(at);
      case 'block-seq-start':
        return this.#blockSequence(at);
      case 'flow-map-start':
        return this.#flowMap(at);
      case 'block-map-start':
        return this.#blockMap(at);
      case 'key':
        if (within === 'flow-seq') {
          return this.#compactMap(at);
        }
        break;
      default:
        break;
    }
    return tagged ? this.#scalar(at, '', 'plain') : this.#null(at);
  }

  #blockSequence(at: Mark): YamlSequence {
    this.#take();
    const items: YamlNode[] = [];
    for (;;) {
      const token = this.#scanner.peek();
      if (token?.kind !== 'block-entry' && token?.kind !== 'block-seq-end') {
        throw syntaxError('end of sequence not found', token?.at ?? this.#scanner.mark);
      }
      const behind = this.#end;
      this.#take();
      if (token.kind === 'block-seq-end') {
        this.#end = behind;
        return this.#sequence(at, items, false);
      }
      const next = this.#scanner.peek();
      items.push(
        next?.kind === 'block-entry' || next?.kind === 'block-seq-end'
          ? this.#null(next.at)
          : this.#node('block'),
      );
    }
  }

  #flowSequence(at: Mark): YamlSequence {
    this.#take();
    const items: YamlNode[] = [];
    for (;;) {
      const token = this.#flowToken('end of sequence flow not found');
      if (token.kind === 'flow-seq-end') {
        this.#take();
        return this.#sequence(at, items, true);
      }
      items.push(this.#node('flow-seq'));
      this.#flowSeparator('flow-seq-end', 'end of sequence flow not found');
    }
  }

  #blockMap(at: Mark): YamlMap {
    this.#take();
    const pairs: YamlPair[] = [];
    for (;;) {
      const token = this.#scanner.peek();
      if (token?.kind !== 'key' && token?.kind !== 'value' && token?.kind !== 'block-map-end') {
        throw syntaxError('end of map not found', token?.at ?? this.#scanner.mark);
      }
      if (token.kind === 'block-map-end') {
        const behind = this.#end;
        this.#take();
        this.#end = behind;
        return this.#map(at, pairs, false);
      }
      pairs.push(this.#pair(token, 'block'));
    }
  }

  #flowMap(at: Mark): YamlMap {
    this.#take();
    const pairs: YamlPair[] = [];
    for (;;) {
      const token = this.#flowToken('end of map flow not found');
      if (token.kind === 'flow-map-end') {
        this.#take();
        return this.#map(at, pairs, true);
      }
      pairs.push(this.#pair(token, 'flow-map'));
      this.#flowSeparator('flow-map-end', 'end of map flow not found');
    }
  }

  /** A single pair within a flow sequence, or a lone value. */
  #compactMap(at: Mark): YamlMap {
    const token = this.#scanner.peek();
    return this.#map(at, token === null ? [] : [this.#pair(token, 'flow-map')], true);
  }

  #pair(first: Token, within: 'block' | 'flow-map'): YamlPair {
    let key: YamlNode;
    if (first.kind === 'key') {
      this.#take();
      key = this.#node(within);
    } else {
      key = this.#null(first.at);
    }
    if (this.#scanner.peek()?.kind !== 'value') {
      return { key, value: this.#null(first.at) };
    }
    this.#take();
    return { key, value: this.#node(within) };
  }

  #flowToken(problem: string): Token {
    const token = this.#scanner.peek();
    if (token === null) {
      throw syntaxError(problem, this.#scanner.mark);
    }
    return token;
  }

  #flowSeparator(end: 'flow-seq-end' | 'flow-map-end', problem: string): void {
    const token = this.#flowToken(problem);
    if (token.kind === 'flow-entry') {
      this.#take();
    } else if (token.kind !== end) {
      throw syntaxError(problem, token.at);
    }
  }

  #alias(token: Token): YamlNode {
    const node = this.#anchors.get(token.text);
    if (node === undefined) {
      throw syntaxError(`the referenced anchor is not defined: ${token.text}`, token.at);
    }
    if (node === null) {
      throw syntaxError(`the referenced anchor contains itself: ${token.text}`, token.at);
    }
    this.#count(node.size);
    return node;
  }

  #count(size: number): void {
    this.#nodes += size;
    if (this.#nodes > maxNodes) {
      throw syntaxError(`the document has more than ${maxNodes} nodes after its aliases are replaced`, 0);
    }
  }

  #null(at: Mark): YamlNull {
    this.#count(1);
    return { kind: 'null', at, end: at === endOfFile ? endOfFile : Math.max(at, this.#end), size: 1 };
  }

  #scalar(at: Mark, value: string, style: YamlScalar['style']): YamlScalar {
    this.#count(1);
    return { kind: 'scalar', at, end: this.#end, size: 1, value, style };
  }

  #sequence(at: Mark, items: readonly YamlNode[], flow: boolean): YamlSequence {
    this.#count(1);
    let size = 1;
    for (const item of items) {
      size += item.size;
    }
    return { kind: 'sequence', at, end: this.#end, size, flow, items };
  }

  #map(at: Mark, pairs: readonly YamlPair[], flow: boolean): YamlMap {
    this.#count(1);
    let size = 1;
    for (const { key, value } of pairs) {
      size += key.size + value.size;
    }
    return { kind: 'map', at, end: this.#end, size, flow, pairs };
  }
}

function isNull(text: string): boolean {
  return text === '' || text === '~' || text === 'null' || text === 'Null' || text === 'NULL';
}
