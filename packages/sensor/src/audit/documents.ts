import { jsonAt, type JsonNode, skipJson, skipJsonSpace, skipJsonText } from '@lanner/engine';
import type { Line } from './line-splitter.ts';
import { type AuditProblem, sizeText } from './problem.ts';

/** A JSON object or array of the input, or what is wrong with a piece of it. */
export type Found =
  { readonly root: JsonNode; readonly line: number; readonly isRemnant: boolean } | AuditProblem;

const onePerLine = 'Write one audit event a line, as kube-apiserver does, or a whole EventList.';
const split = 'Split it into one event a line, for example with: jq -c ".items[]?"';

/** A document that goes on over several lines. */
interface Unfinished {
  readonly line: number;
  readonly lines: string[];
  bytes: number;
  /** Brackets that are still open. */
  depth: number;
  /** Size at which what has come is checked next; doubles, so that all checks together cost little. */
  checkAt: number;
}

/**
 * Puts lines together to JSON documents: one a line, or one over many lines. A document that turns out to be broken
 * costs no more than itself: lines within it that are whole documents (`isRemnant`) are given out nevertheless.
 * Keeps no more than one document of the allowed length.
 */
export class Documents {
  readonly #maxBytes: number;
  #open: Unfinished | null = null;
  /** The lines belong to a document that has been given up. */
  #isAmidBroken = false;
  /** Closing brackets of that document may still come. */
  #mayClose = false;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  *push({ text, number }: Line): Generator<Found, void> {
    if (text === null) {
      yield* this.#giveUp(tooLong(number, this.#maxBytes));
      return;
    }
    const start = skipJsonSpace(text, 0);
    if (start === text.length) {
      return;
    }
    if (this.#open !== null) {
      yield* this.#continue(this.#open, text, number);
    } else if (this.#isAmidBroken) {
      yield* this.#passBroken(text, start, number);
    } else if (!this.#mayClose || /[^\]}, \t\r]/.test(text)) {
      this.#mayClose = false;
      yield* this.#begin(text, start, number);
    }
  }

  /** No more lines will come. */
  *end(): Generator<Found, void> {
    if (this.#open !== null) {
      yield* this.#giveUp({
        place: { line: this.#open.line },
        problem: 'the JSON that starts here is not closed',
        hint: onePerLine,
      });
    }
  }

  *#begin(text: string, start: number, line: number): Generator<Found, void> {
    const end = skipJson(text, start);
    if (end >= 0) {
      const isWhole = skipJsonSpace(text, end) === text.length;
      yield isWhole ? { root: jsonAt(text, start, end), line, isRemnant: false } : invalid(line, end);
      return;
    }
    const depth = end === -1 - text.length ? depthAfter(text, start, 0) : null;
    if (typeof depth !== 'number' || depth === 0) {
      yield invalid(line, -1 - end);
      return;
    }
    this.#open = { line, lines: [text], bytes: text.length, depth, checkAt: 0 };
  }

  *#continue(open: Unfinished, text: string, line: number): Generator<Found, void> {
    open.lines.push(text);
    open.bytes += text.length + 1;
    const after = depthAfter(text, 0, open.depth);
    if (after === null) {
      yield* this.#giveUp({ place: { line }, problem: 'a text in quotes is not closed', hint: onePerLine });
    } else if (open.bytes > this.#maxBytes) {
      yield* this.#giveUp(tooLong(open.line, this.#maxBytes));
    } else if (typeof after === 'object' || open.bytes >= open.checkAt) {
      yield* this.#check(open, typeof after === 'object');
    }
    if (typeof after === 'number') {
      open.depth = after;
    }
  }

  // What has come must be a whole document when the last bracket is closed, and the beginning of one before.
  *#check(open: Unfinished, isClosed: boolean): Generator<Found, void> {
    const text = open.lines.join('\n');
    open.checkAt = 2 * open.bytes;
    const start = skipJsonSpace(text, 0);
    const end = skipJson(text, start);
    if (isClosed && end >= 0 && skipJsonSpace(text, end) === text.length) {
      this.#open = null;
      yield { root: jsonAt(text, start, end), line: open.line, isRemnant: false };
    } else if (isClosed || end !== -1 - text.length) {
      const before = text.slice(0, end < 0 ? -1 - end : end);
      yield* this.#giveUp(
        invalid(open.line + before.split('\n').length - 1, before.length - before.lastIndexOf('\n') - 1),
      );
    }
  }

  *#giveUp(problem: AuditProblem): Generator<Found, void> {
    yield problem;
    const open = this.#open;
    if (open === null) {
      return;
    }
    this.#open = null;
    this.#isAmidBroken = true;
    this.#mayClose = true;
    for (const [i, text] of open.lines.entries()) {
      const remnant = i === 0 ? null : remnantOf(text, skipJsonSpace(text, 0));
      if (remnant !== null) {
        yield { root: remnant.root, line: open.line + i, isRemnant: true };
      }
    }
  }

  // A line that opens a bracket at its very beginning starts something new.
  *#passBroken(text: string, start: number, line: number): Generator<Found, void> {
    const remnant = remnantOf(text, start);
    if (remnant !== null) {
      this.#isAmidBroken = remnant.isListed;
      yield { root: remnant.root, line, isRemnant: true };
    } else if (start === 0 && isOpening(text, 0)) {
      this.#isAmidBroken = false;
      yield* this.#begin(text, start, line);
    }
  }
}

/**
 * Brackets open after a line that starts with `depth` of them: a number, an object once the first one is closed, or
 * null when the line ends within quotes.
 */
function depthAfter(text: string, start: number, depth: number): number | { readonly closed: true } | null {
  for (let at = start; at < text.length; at++) {
    const char = text[at];
    if (char === '"') {
      const end = skipJsonText(text, at);
      if (end < 0) {
        return null;
      }
      at = end - 1;
    } else if (char === '{' || char === '[') {
      depth++;
    } else if ((char === '}' || char === ']') && --depth <= 0) {
      return { closed: true };
    }
  }
  return depth;
}

/** The document that a line of a broken list holds; a comma behind it says that the list goes on. */
function remnantOf(text: string, start: number): { root: JsonNode; isListed: boolean } | null {
  const end = isOpening(text, start) ? skipJson(text, start) : -1;
  const rest = end < 0 ? null : text.slice(end).trim();
  return rest === '' || rest === ',' ? { root: jsonAt(text, start, end), isListed: rest === ',' } : null;
}

function isOpening(text: string, at: number): boolean {
  return text[at] === '{' || text[at] === '[';
}

function invalid(line: number, column: number): AuditProblem {
  return { place: { line }, problem: `not valid JSON from column ${column + 1} on`, hint: onePerLine };
}

function tooLong(line: number, maxBytes: number): AuditProblem {
  return { place: { line }, problem: `longer than ${sizeText(maxBytes)}`, hint: split };
}
