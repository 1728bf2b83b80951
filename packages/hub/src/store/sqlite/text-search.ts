import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { foldText, type TextTerm, termTest, wordsOf } from '../text-query.ts';
import { decodeBlock, decodeRecord, type Block, type TextRecord } from './block.ts';
import { blockRows, blocksPerSegment, pagesPerSegment } from './sealer.ts';
import { type AlertRun, Cache } from './segments.ts';
import { markRows, maxWord, pagesOf } from './word-index.ts';

/** Bytes of folded texts of the tail that are kept. */
const tailBudget = 24 * 1024 * 1024;
/** Bytes of answers of segments to terms that had to be looked at in texts. */
const answerBudget = 4 * 1024 * 1024;

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

  /** Of rows of a run those that have all terms. Yields between blocks, as there may be much to look at. */
  *matching(run: AlertRun, rows: Uint32Array, terms: readonly TextTerm[]): Generator<void, Uint32Array> {
    let left = rows;
    const unsure: TextTerm[] = [];
    if (run.id === 0) {
      return this.#inTail(run, rows, terms);
    }
    for (const term of terms) {
      if (left.length > 0 && !isNoWord(term)) {
        left = this.#indexed(run, left, term);
      }
      if (!isWord(term)) {
        unsure.push(term);
      }
    }
    for (const term of unsure) {
      left = yield* this.#looked(run, left, term);
    }
    return left;
  }

  #inTail(run: AlertRun, rows: Uint32Array, terms: readonly TextTerm[]): Uint32Array {
    const tests = terms.map(termTest);
    return rows.filter((row) => {
      const folded = this.#tailTexts.get(run.positionOf(row), () => {
        const record = this.tailRecord(run.positionOf(row));
        if (record === null) {
          return null;
        }
        const value = foldText(record.texts);
        return { value, bytes: 2 * value.length + 64 };
      });
      return tests.every((occurs) => occurs(folded ?? ''));
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
    const number = Math.floor(row / blockRows);
    const key = segment.id * blocksPerSegment + number;
    if (this.#lastSealed?.key !== key) {
      this.#lastSealed = { key, block: this.block(segment.id, number) };
    }
    return this.#lastSealed.block?.record(row % blockRows) ?? null;
  }

  /** Null when it is gone meanwhile. Throws AppError 'store.failed' when it is damaged. */
  block(segment: number, number: number): Block | null {
    const row = this.#block.get(segment * blocksPerSegment + number) as { records: Uint8Array } | undefined;
    return row === undefined ? null : decodeBlock(row.records);
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

  /** Rows in whose texts a term occurs as it stands. */
  *#looked(run: AlertRun, rows: Uint32Array, term: TextTerm): Generator<void, Uint32Array> {
    const answers = this.#answersTo(term);
    const known = answers.get(run.id, () => ({
      value: new Uint8Array(run.rows),
      bytes: run.rows,
    })) as Uint8Array;
    const occurs = termTest(term);
    for (let at = 0; at < rows.length;) {
      const number = Math.floor((rows[at] as number) / blockRows);
      let end = at;
      let unknown = false;
      for (; end < rows.length && Math.floor((rows[end] as number) / blockRows) === number; end++) {
        unknown ||= known[rows[end] as number] === 0;
      }
      if (unknown) {
        this.#look(run, number, rows.subarray(at, end), occurs, known);
        yield;
      }
      at = end;
    }
    return rows.filter((row) => known[row] === 2);
  }

  /** 1: it does not occur, 2: it does. */
  #look(
    run: AlertRun,
    number: number,
    rows: Uint32Array,
    occurs: (text: string) => boolean,
    known: Uint8Array,
  ): void {
    const block = this.block(run.id, number);
    if (block === null) {
      return;
    }
    for (const row of rows) {
      const index = row % blockRows;
      const start = index === 0 ? 0 : block.textEnds[index - 1];
      known[row] = occurs(foldText(block.texts.slice(start, block.textEnds[index]))) ? 2 : 1;
    }
  }

  #answersTo({ text, prefix }: TextTerm): Cache<Uint8Array> {
    const key = `${prefix ? '*' : ' '}${text}`;
    const answers = this.#answers.get(key) ?? new Cache<Uint8Array>(answerBudget);
    this.#answers.delete(key);
    this.#answers.set(key, answers);
    if (this.#answers.size > 4) {
      this.#answers.delete(this.#answers.keys().next().value ?? '');
    }
    return answers;
  }
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
