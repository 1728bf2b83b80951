import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { foldText, type TextTerm, termTest, wordsOf } from '../text-query.ts';
import {
  type Block,
  type BlockTexts,
  decodeBlock,
  decodeRecord,
  decodeTexts,
  type TextRecord,
} from './block.ts';
import { type TextLook, textLook } from './text-look.ts';
import { blockRows, blocksPerSegment, pagesPerSegment } from './sealer.ts';
import { type AlertRun, Cache } from './segments.ts';
import { release } from './inflate.ts';
import { markRows, maxWord, pagesOf } from './word-index.ts';

/** Bytes of folded texts of the tail that are kept. */
const tailBudget = 24 * 1024 * 1024;
/** Bytes of answers of segments to terms that had to be looked at in texts. */
const answerBudget = 4 * 1024 * 1024;

/** What is known of a row: nothing, or whether the terms occur. */
const [unknown, absent, occurs] = [0, 1, 2];

/** Looks for words and texts in alerts. */
export class TextSearch {
  readonly #page: StatementSync;
  readonly #block: StatementSync;
  readonly #record: StatementSync;
  readonly #segmentOf: StatementSync;
  readonly #tailTexts = new Cache<string>(tailBudget);
  /** The block that was looked at last for alerts that left the tail during a query. */
  #lastSealed: { readonly key: number; readonly block: Block | null } | null = null;
  readonly #answers = new Map<string, Cache<Uint8Array>>();

  constructor(database: DatabaseSync) {
    this.#page = database.prepare('SELECT words FROM word_page WHERE id = ?');
    this.#block = database.prepare('SELECT records FROM block WHERE id = ?');
    this.#record = database.prepare('SELECT record FROM tail WHERE position = ?');
    this.#segmentOf = database.prepare(
      'SELECT id, first, rows FROM segment WHERE first <= ? ORDER BY id DESC LIMIT 1',
    );
  }

  /** Of rows of a run those that have all words of the terms, by the index alone: there may be too many. */
  candidates(run: AlertRun, rows: Uint32Array, terms: readonly TextTerm[]): Uint32Array {
    if (run.id === 0) {
      return rows;
    }
    let left = rows;
    for (const term of terms) {
      if (left.length > 0 && !isNoWord(term)) {
        left = this.#indexed(run, left, term);
      }
    }
    return left;
  }

  /**
   * Of candidates those in whose texts all terms occur, in the order in which they are given, at most `wanted`. Yields
   * between blocks, as there may be much to look at.
   */
  *matching(
    run: AlertRun,
    candidates: Uint32Array,
    terms: readonly TextTerm[],
    wanted = Infinity,
  ): Generator<void, Uint32Array> {
    if (run.id === 0) {
      return this.#inTail(run, candidates, terms, wanted);
    }
    const unsure = terms.filter((term) => !isWord(term));
    return unsure.length === 0
      ? candidates.subarray(0, Math.min(wanted, candidates.length))
      : yield* this.#looked(run, candidates, unsure, wanted);
  }

  #inTail(run: AlertRun, rows: Uint32Array, terms: readonly TextTerm[], wanted: number): Uint32Array {
    const tests = terms.map(termTest);
    let left = wanted;
    return rows.filter((row) => {
      if (left <= 0) {
        return false;
      }
      const folded = this.#tailTexts.get(run.positionOf(row), () => {
        const record = this.tailRecord(run.positionOf(row));
        if (record === null) {
          return null;
        }
        const value = foldText(record.texts);
        return { value, bytes: 2 * value.length + 64 };
      });
      const occurs = tests.every((test) => test(folded ?? ''));
      left -= occurs ? 1 : 0;
      return occurs;
    });
  }

  /** Of an alert that was in the tail, even if it was packed meanwhile. Null when it is gone. */
  tailRecord(position: number): TextRecord | null {
    const row = this.#record.get(position) as { record: Uint8Array } | undefined;
    return row === undefined ? this.#sealedRecord(position) : decodeRecord(row.record);
  }

  #sealedRecord(position: number): TextRecord | null {
    const segment = this.#segmentOf.get(position) as { id: number; first: number; rows: number } | undefined;
    const row = segment === undefined ? 0 : position - segment.first;
    if (segment === undefined || row >= segment.rows) {
      return null;
    }
    const key = segment.id * blocksPerSegment + blockOf(row);
    if (this.#lastSealed?.key !== key) {
      this.#lastSealed = { key, block: this.block(segment.id, blockOf(row)) };
    }
    return this.#lastSealed.block?.record(row % blockRows) ?? null;
  }

  /** Null when it is gone meanwhile. Throws AppError 'store.failed' when it is damaged. */
  block(segment: number, number: number): Block | null {
    const packed = this.#packed(segment, number);
    return packed === null ? null : decodeBlock(packed);
  }

  #packed(segment: number, number: number): Uint8Array | null {
    const row = this.#block.get(segment * blocksPerSegment + number) as { records: Uint8Array } | undefined;
    return row?.records ?? null;
  }

  /** Rows that have all words of a term, by the index. */
  #indexed(run: AlertRun, rows: Uint32Array, { text, prefix }: TextTerm): Uint32Array {
    const words = wordsOf(text);
    const open = prefix && text.endsWith(words.at(-1) ?? '');
    let left = rows;
    for (const [index, word] of words.entries()) {
      if (left.length === 0) {
        break;
      }
      const flags = new Uint8Array(run.rows);
      const cut = word.length > maxWord ? word.slice(0, maxWord).toWellFormed() : word;
      this.#mark(run, cut, open && index === words.length - 1, flags);
      left = left.filter((row) => flags[row] === 1);
    }
    return left;
  }

  #mark(run: AlertRun, word: string, prefix: boolean, flags: Uint8Array): void {
    const [from, to] = pagesOf(run.firsts(), word, prefix);
    for (let page = from; page < to; page++) {
      const row = this.#page.get(run.id * pagesPerSegment + page) as { words: Uint8Array } | undefined;
      if (row !== undefined) {
        markRows(row.words, word, prefix, flags);
      }
    }
  }

  /** What was found once is known the next time. */
  *#looked(
    run: AlertRun,
    rows: Uint32Array,
    terms: readonly TextTerm[],
    wanted: number,
  ): Generator<void, Uint32Array> {
    const known = this.#answersTo(terms).get(run.id, () => ({
      value: new Uint8Array(run.rows),
      bytes: run.rows,
    })) as Uint8Array;
    const look = textLook(terms);
    const blocks = Map.groupBy(rows, blockOf);
    const found: number[] = [];
    for (const row of rows) {
      if (found.length >= wanted) {
        break;
      }
      if (known[row] === unknown) {
        this.#look(run, blocks.get(blockOf(row)) ?? [], look, known);
        yield;
      }
      if (known[row] === occurs) {
        found.push(row);
      }
    }
    return Uint32Array.from(found);
  }

  /** Looks at all rows of a block that are asked for. */
  #look(run: AlertRun, rows: readonly number[], look: TextLook, known: Uint8Array): void {
    const number = blockOf(rows[0] ?? 0);
    const texts = this.#texts(run.id, number);
    if (texts === null) {
      return;
    }
    for (const row of rows) {
      known[row] = look(texts, row % blockRows) ? occurs : absent;
    }
    release(texts.bytes);
  }

  /** Null when it is gone meanwhile. Throws AppError 'store.failed' when it is damaged. */
  #texts(segment: number, number: number): BlockTexts | null {
    const packed = this.#packed(segment, number);
    const texts = packed === null ? null : decodeTexts(packed);
    release(packed ?? new Uint8Array());
    return texts;
  }

  #answersTo(terms: readonly TextTerm[]): Cache<Uint8Array> {
    const key = terms.map(({ text, prefix }) => `${prefix ? '*' : ' '}${text}`).join('\0');
    const answers = this.#answers.get(key) ?? new Cache<Uint8Array>(answerBudget);
    this.#answers.delete(key);
    this.#answers.set(key, answers);
    if (this.#answers.size > 4) {
      this.#answers.delete(this.#answers.keys().next().value ?? '');
    }
    return answers;
  }
}

function blockOf(row: number): number {
  return Math.floor(row / blockRows);
}

/** The index alone answers it. */
function isWord({ text }: TextTerm): boolean {
  const words = wordsOf(text);
  return words.length === 1 && words[0] === text && text.length <= maxWord;
}

/** The index says nothing of it. */
function isNoWord({ text }: TextTerm): boolean {
  return wordsOf(text).length === 0;
}
