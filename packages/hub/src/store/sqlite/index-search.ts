import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type TextTerm, wordsOf } from '../text-query.ts';
import { RowSet } from './row-set.ts';
import { pagesPerSegment } from './sealer.ts';
import type { AlertRun } from './segments.ts';
import type { SegmentAnswer } from './text-answers.ts';
import { markContaining, markRows, maxWord, pagesOf } from './word-index.ts';

/** Looks words up in the indexes of segments. */
export class IndexSearch {
  readonly #page: StatementSync;

  constructor(database: DatabaseSync) {
    this.#page = database.prepare('SELECT words FROM word_page WHERE id = ?');
  }

  /** What the words of a segment say of its rows. */
  look(run: AlertRun, terms: readonly TextTerm[]): SegmentAnswer {
    const { rows } = run;
    const left = new Uint8Array(rows).fill(1);
    const known = new RowSet(rows);
    const found = new RowSet(rows);
    for (const term of terms) {
      if (isPartOfWord(term)) {
        const { has, unsure } = this.#containing(run, term.text);
        for (let row = 0; row < rows; row++) {
          left[row] = (left[row] as number) & ((has[row] as number) | (unsure[row] as number));
          if (terms.length === 1 && has[row] === 1) {
            known.add(row);
            found.add(row);
          }
        }
      } else {
        this.#keepWords(run, term, left);
      }
    }
    const candidates = new RowSet(rows);
    for (let row = 0; row < rows; row++) {
      if (left[row] === 1) {
        candidates.add(row);
      }
    }
    return { candidates, known, found };
  }

  /** Keeps the rows that have all words of a term. */
  #keepWords(run: AlertRun, { text, prefix, within }: TextTerm, left: Uint8Array): void {
    const words = wordsOf(text);
    const first = within && text.startsWith(words[0] ?? '') ? 1 : 0;
    const open = prefix && text.endsWith(words.at(-1) ?? '') ? words.length - 1 : -1;
    for (let index = first; index < words.length; index++) {
      const word = words[index] as string;
      const has = new Uint8Array(run.rows);
      const cut = word.length > maxWord ? word.slice(0, maxWord).toWellFormed() : word;
      const [from, to] = pagesOf(run.firsts(), cut, index === open);
      for (const page of this.#pages(run, from, to)) {
        markRows(page, cut, index === open, has);
      }
      for (let row = 0; row < run.rows; row++) {
        left[row] = (left[row] as number) & (has[row] as number);
      }
    }
  }

  /** Rows that have a word with a text in it, and those whose words are cut in the index and may have it beyond. */
  #containing(run: AlertRun, text: string): { has: Uint8Array; unsure: Uint8Array } {
    const has = new Uint8Array(run.rows);
    const unsure = new Uint8Array(run.rows);
    for (const page of this.#pages(run, 0, run.firsts().length)) {
      markContaining(page, text, has, unsure);
    }
    return { has, unsure };
  }

  *#pages(run: AlertRun, from: number, to: number): Generator<Uint8Array> {
    for (let page = from; page < to; page++) {
      const row = this.#page.get(run.id * pagesPerSegment + page) as { words: Uint8Array } | undefined;
      if (row !== undefined) {
        yield row.words;
      }
    }
  }
}

/** The index alone answers it. */
export function isWord({ text, within }: TextTerm): boolean {
  const words = wordsOf(text);
  return !within && words.length === 1 && words[0] === text && text.length <= maxWord;
}

/** It lies within one word. */
function isPartOfWord({ text, within }: TextTerm): boolean {
  return within && wordsOf(text)[0] === text;
}
