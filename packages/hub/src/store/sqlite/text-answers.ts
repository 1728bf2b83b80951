import type { TextTerm } from '../text-query.ts';
import type { RowSet } from './row-set.ts';
import { Cache } from './cache.ts';

/** What is known of the rows of a segment for some terms. */
export interface SegmentAnswer {
  /** Rows that have the words, by the index; all others have not. */
  readonly candidates: RowSet;
  /** Candidates of which it is known whether the terms occur. */
  readonly known: RowSet;
  /** Of these the ones in which the terms occur. */
  readonly found: RowSet;
}

/** What is known of the alerts of the tail for some terms; begins with the first position that is left. */
export interface TailAnswer {
  first: number;
  /** A number of `tailState` for each position. */
  states: Uint8Array;
}

export const tailState = { unknown: 0, absent: 1, occurs: 2 } as const;

/** Bytes of answers that are kept. */
const segmentBudget = 8 * 1024 * 1024;
/** Texts whose answers in the tail are kept: who types asks one after the other. */
const tailAnswers = 8;

/** Remembers what was found: the same is asked again and again, by rows, counts and pages, and at each refresh. */
export class TextAnswers {
  readonly #segments = new Cache<SegmentAnswer, string>(segmentBudget);
  readonly #tails = new Map<string, TailAnswer>();

  get evicted(): number {
    return this.#segments.evicted;
  }

  /** Of the segment whose first alert has a position; `look` is asked when nothing is known yet. */
  ofSegment(terms: readonly TextTerm[], first: number, look: () => SegmentAnswer): SegmentAnswer {
    const key = `${first} ${keyOf(terms)}`;
    const answer = this.#segments.get(key, () => {
      const value = look();
      return { value, bytes: 3 * value.known.bytes + 2 * key.length + overhead };
    });
    // What is loaded here is never missing.
    return answer as SegmentAnswer;
  }

  /** With room for positions from the first to the last that the tail has. */
  ofTail(terms: readonly TextTerm[], first: number, last: number): TailAnswer {
    const key = keyOf(terms);
    const answer = this.#tails.get(key) ?? { first, states: new Uint8Array(0) };
    const gone = first - answer.first;
    this.#tails.delete(key);
    this.#tails.set(key, answer);
    if (this.#tails.size > tailAnswers) {
      this.#tails.delete(this.#tails.keys().next().value ?? '');
    }
    if (gone !== 0 || last - first >= answer.states.length) {
      const states = new Uint8Array(Math.ceil((last - first + 1) * 1.25));
      if (gone >= 0) {
        states.set(answer.states.subarray(gone, gone + states.length));
      }
      answer.first = first;
      answer.states = states;
    }
    return answer;
  }
}

/** Of an entry and its objects, about. */
const overhead = 400;

function keyOf(terms: readonly TextTerm[]): string {
  return terms
    .map(({ text, prefix, within }) => `${within ? '*' : ''}${prefix ? '*' : ' '}${text}`)
    .join('\0');
}
