import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { foldText, type TextTerm } from '../text-query.ts';
import {
  type Block,
  type BlockTexts,
  decodeBlock,
  decodeRecord,
  decodeTexts,
  type TextRecord,
} from './block.ts';
import { type SegmentAnswer, tailState, TextAnswers } from './text-answers.ts';
import { foldedTest, type TextLook, textLook } from './text-look.ts';
import { blockRows, blocksPerSegment } from './sealer.ts';
import { Cache } from './cache.ts';
import type { AlertRun } from './segments.ts';
import { release } from './inflate.ts';
import { IndexSearch, isWord } from './index-search.ts';

/** Bytes of folded texts of the tail that are kept. */
const tailBudget = 24 * 1024 * 1024;

/** Looks for words and texts in alerts. */
export class TextSearch {
  readonly #block: StatementSync;
  readonly #record: StatementSync;
  readonly #segmentOf: StatementSync;
  readonly #tailTexts = new Cache<string>(tailBudget);
  /** The block that was looked at last for alerts that left the tail during a query. */
  #lastSealed: { readonly key: number; readonly block: Block | null } | null = null;
  readonly #answers = new TextAnswers();
  readonly #index: IndexSearch;

  constructor(database: DatabaseSync) {
    this.#index = new IndexSearch(database);
    this.#block = database.prepare('SELECT records FROM block WHERE id = ?');
    this.#record = database.prepare('SELECT record FROM tail WHERE position = ?');
    this.#segmentOf = database.prepare(
      'SELECT id, first, rows FROM segment WHERE first <= ? ORDER BY id DESC LIMIT 1',
    );
  }

  /** Of rows of a run those that have all words of the terms, by the index alone: there may be too many. */
  candidates(run: AlertRun, rows: Uint32Array, terms: readonly TextTerm[]): Uint32Array {
    if (run.id === 0 || terms.length === 0 || rows.length === 0) {
      return rows;
    }
    const { candidates } = this.#answer(run, terms);
    return rows.filter((row) => candidates.has(row));
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
    return terms.every(isWord)
      ? candidates.subarray(0, Math.min(wanted, candidates.length))
      : yield* this.#looked(run, candidates, terms, wanted);
  }

  #inTail(run: AlertRun, rows: Uint32Array, terms: readonly TextTerm[], wanted: number): Uint32Array {
    const tests = terms.map(foldedTest);
    const { first, states } = this.#answers.ofTail(terms, run.positionOf(0), run.positionOf(run.rows - 1));
    let left = wanted;
    return rows.filter((row) => {
      if (left <= 0) {
        return false;
      }
      const position = run.positionOf(row);
      if (states[position - first] === tailState.unknown) {
        const folded = this.#folded(position);
        const occurs = tests.every((test) => test(folded));
        states[position - first] = occurs ? tailState.occurs : tailState.absent;
      }
      const occurs = states[position - first] === tailState.occurs;
      left -= occurs ? 1 : 0;
      return occurs;
    });
  }

  #folded(position: number): string {
    const text = this.#tailTexts.get(position, () => {
      const record = this.tailRecord(position);
      if (record === null) {
        return null;
      }
      const value = foldText(record.texts);
      return { value, bytes: 2 * value.length + 64 };
    });
    return text ?? '';
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

  #answer(run: AlertRun, terms: readonly TextTerm[]): SegmentAnswer {
    return this.#answers.ofSegment(terms, run.positionOf(0), () => this.#index.look(run, terms));
  }

  /** What was found once is known the next time. */
  *#looked(
    run: AlertRun,
    rows: Uint32Array,
    terms: readonly TextTerm[],
    wanted: number,
  ): Generator<void, Uint32Array> {
    const answer = this.#answer(run, terms);
    const look = textLook(terms.filter((term) => !isWord(term)));
    const unknown = Map.groupBy(
      rows.filter((row) => !answer.known.has(row)),
      blockOf,
    );
    const found = new Uint32Array(Math.min(wanted, rows.length));
    let count = 0;
    for (const row of rows) {
      if (count >= wanted) {
        break;
      }
      if (!answer.known.has(row)) {
        this.#look(run, unknown.get(blockOf(row)) ?? [], look, answer);
        yield;
      }
      if (answer.found.has(row)) {
        found[count++] = row;
      }
    }
    return found.subarray(0, count);
  }

  /** Looks at all rows of a block that are asked for. */
  #look(run: AlertRun, rows: readonly number[], look: TextLook, { known, found }: SegmentAnswer): void {
    const number = blockOf(rows[0] ?? 0);
    const texts = this.#texts(run.id, number);
    if (texts === null) {
      return;
    }
    const first = number * blockRows;
    const inOrder = rows.map((row) => row - first).sort((a, b) => a - b);
    for (const row of look(texts, inOrder)) {
      found.add(first + row);
    }
    for (const row of rows) {
      known.add(row);
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
}

function blockOf(row: number): number {
  return Math.floor(row / blockRows);
}
