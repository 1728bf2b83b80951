import { type KeywordKernel, keywordKernel, kernelPartBytes, kernelParts } from './keyword-kernel.ts';

/** The index of the keyword, and the offset behind it. */
export type OnKeyword = (keyword: number, end: number) => void;

interface Node {
  readonly next: Map<number, Node>;
  readonly keywords: number[];
  /** The node of the longest suffix that is a prefix of a keyword. */
  fallback: Node | null;
  state: number;
}

/** For less, putting it into the memory of the kernel takes longer than what it saves. */
const smallestPart = 128;

/** Finds all places of many keywords at once, whatever their case in ASCII, in one pass over the bytes. */
export class KeywordAutomaton {
  /** Bytes that no keyword has are all the same to it. */
  readonly #classes: Uint8Array;
  /** Rows of the table start at the number of their state. */
  readonly #table: Uint16Array | Uint32Array;
  /** States from this one on end a keyword. */
  readonly #firstFound: number;
  readonly #width: number;
  readonly #longest: number;
  readonly #found: readonly (readonly number[])[];
  #kernel: KeywordKernel | null | undefined;

  constructor(keywords: readonly string[]) {
    const texts = keywords.map((keyword) => Buffer.from(keyword).map(lowerCase));
    const { classes, width } = classesOf(texts);
    const nodes = linked(trieOf(texts));
    const plain = nodes.filter((node) => node.keywords.length === 0);
    const ordered = [...plain, ...nodes.filter((node) => node.keywords.length > 0)];
    ordered.forEach((node, i) => {
      node.state = i * width;
    });
    const entries = ordered.length * width;
    this.#classes = classes;
    this.#width = width;
    this.#longest = Math.max(1, ...texts.map((text) => text.length));
    this.#table = entries < 65_536 ? new Uint16Array(entries) : new Uint32Array(entries);
    this.#firstFound = plain.length * width;
    this.#found = ordered.slice(plain.length).map((node) => node.keywords);
    this.#fill(nodes, classes);
  }

  /** Calls with rising offsets. */
  scan(bytes: Uint8Array, onKeyword: OnKeyword): void {
    const smallest = kernelParts * Math.max(smallestPart, this.#longest);
    let state = 0;
    let at = 0;
    for (let left = bytes.length; left >= smallest; left = bytes.length - at) {
      const kernel = this.#startedKernel();
      if (kernel === null) {
        break;
      }
      const part = Math.min(kernelPartBytes, Math.floor(left / kernelParts));
      state = this.#scanParts(bytes, { kernel, at, part, state }, onKeyword);
      at += kernelParts * part;
    }
    this.#scanOne(bytes, at, state, onKeyword);
  }

  #startedKernel(): KeywordKernel | null {
    const [classes, table, firstFound] = [this.#classes, this.#table, this.#firstFound];
    if (this.#kernel === undefined) {
      this.#kernel = table instanceof Uint16Array ? keywordKernel({ classes, table, firstFound }) : null;
    }
    return this.#kernel;
  }

  /** Several parts of equal length, which follow each other. Gives the last state. */
  #scanParts(
    bytes: Uint8Array,
    { kernel, at, part, state }: { kernel: KeywordKernel; at: number; part: number; state: number },
    onKeyword: OnKeyword,
  ): number {
    const states = new Uint32Array(kernelParts);
    for (let i = 0; i < kernelParts; i++) {
      const start = at + i * part;
      states[i] = i === 0 ? state : this.#stateAt(bytes, start);
      kernel.put(i, bytes.subarray(start, start + part));
    }
    const count = kernel.run(part, states);
    for (let i = 0; i < kernelParts && count > 0; i++) {
      for (let entry = 0; entry < 2 * count; entry += 2) {
        const place = kernel.found[entry] ?? 0;
        if (place % kernelParts === i) {
          const end = at + i * part + Math.floor(place / kernelParts) + 1;
          this.#report(kernel.found[entry + 1] ?? 0, end, onKeyword);
        }
      }
    }
    return states[kernelParts - 1] ?? 0;
  }

  #scanOne(bytes: Uint8Array, from: number, start: number, onKeyword: OnKeyword): void {
    const classes = this.#classes;
    const table = this.#table;
    const firstFound = this.#firstFound;
    let state = start;
    for (let i = from; i < bytes.length; i++) {
      state = table[state + (classes[bytes[i] ?? 0] ?? 0)] ?? 0;
      if (state >= firstFound) {
        this.#report(state, i + 1, onKeyword);
      }
    }
  }

  /** The state before a place: no more bytes than the longest keyword has can matter. */
  #stateAt(bytes: Uint8Array, at: number): number {
    let state = 0;
    for (let i = at - this.#longest; i < at; i++) {
      state = this.#table[state + (this.#classes[bytes[i] ?? 0] ?? 0)] ?? 0;
    }
    return state;
  }

  #report(state: number, end: number, onKeyword: OnKeyword): void {
    for (const keyword of this.#found[(state - this.#firstFound) / this.#width] ?? []) {
      onKeyword(keyword, end);
    }
  }

  /** `nodes` come by depth, so the row of a fallback is there before it is needed. */
  #fill(nodes: readonly Node[], classes: Uint8Array): void {
    const table = this.#table;
    for (const { next, fallback, state } of nodes) {
      if (fallback !== null) {
        table.copyWithin(state, fallback.state, fallback.state + this.#width);
      }
      for (const [byte, child] of next) {
        table[state + (classes[byte] ?? 0)] = child.state;
      }
    }
  }
}

function lowerCase(byte: number): number {
  return byte >= 65 && byte <= 90 ? byte + 32 : byte;
}

function classesOf(texts: readonly Uint8Array[]): { classes: Uint8Array; width: number } {
  const used = [...new Set(texts.flatMap((text) => [...text]))].sort((a, b) => a - b);
  // 256 used bytes and the class of all other ones would be one too many, but then nothing is other.
  const classes = new Uint8Array(256);
  used.forEach((byte, i) => {
    classes[byte] = used.length < 256 ? i + 1 : i;
  });
  for (let byte = 65; byte <= 90; byte++) {
    classes[byte] = classes[lowerCase(byte)] ?? 0;
  }
  return { classes, width: Math.min(used.length + 1, 256) };
}

function newNode(): Node {
  return { next: new Map(), keywords: [], fallback: null, state: 0 };
}

function trieOf(texts: readonly Uint8Array[]): Node {
  const root = newNode();
  texts.forEach((text, keyword) => {
    let node = root;
    for (const byte of text) {
      const child = node.next.get(byte) ?? newNode();
      node.next.set(byte, child);
      node = child;
    }
    if (node !== root) {
      node.keywords.push(keyword);
    }
  });
  return root;
}

/** All nodes by depth, each with its fallback and the keywords that end there too. */
function linked(root: Node): readonly Node[] {
  const nodes = [root];
  for (const node of nodes) {
    for (const [byte, child] of node.next) {
      let fallback = node.fallback;
      while (fallback !== null && !fallback.next.has(byte)) {
        fallback = fallback.fallback;
      }
      child.fallback = fallback?.next.get(byte) ?? root;
      child.keywords.push(...child.fallback.keywords);
      nodes.push(child);
    }
  }
  return nodes;
}
