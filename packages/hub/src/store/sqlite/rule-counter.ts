import type { DatabaseSync } from 'node:sqlite';
import type { RuleFigures } from '../alert-store.ts';
import { busiestFirst } from '../check-query.ts';
import { columnFacets } from './columns.ts';
import type { Matches } from './counter.ts';
import { fingerprintKind, unpackWord } from './words.ts';

const ruleKind = columnFacets.indexOf('rule');

/** Counts alerts and groups by rule in one pass. A fingerprint is of one rule, so that each is counted once. */
export class RuleCounter {
  readonly #rules = new Map<number, { count: number; groups: number; lastUs: number }>();
  /** 1 for a fingerprint that was seen. */
  #seen = new Uint8Array(1024);

  add({ columns, rows }: Matches): void {
    const rules = columns.ids[ruleKind] as Uint32Array;
    const fingerprints = columns.ids[fingerprintKind] as Uint32Array;
    const { times, baseUs } = columns;
    for (const row of rows) {
      const figures = this.#figuresOf(rules[row] as number);
      const fingerprint = fingerprints[row] as number;
      figures.count++;
      figures.lastUs = Math.max(figures.lastUs, (times[row] as number) + baseUs);
      if (fingerprint >= this.#seen.length) {
        this.#grow(fingerprint);
      }
      figures.groups += 1 - (this.#seen[fingerprint] as number);
      this.#seen[fingerprint] = 1;
    }
  }

  list(database: DatabaseSync): RuleFigures[] {
    const find = database.prepare('SELECT value FROM word WHERE kind = ? AND id = ?');
    return Array.from(this.#rules, ([id, figures]) => {
      const row = find.get(ruleKind, id) as { value: string | Uint8Array } | undefined;
      return { rule: row === undefined ? '' : unpackWord(row.value), ...figures };
    }).sort(busiestFirst);
  }

  #figuresOf(id: number): { count: number; groups: number; lastUs: number } {
    const known = this.#rules.get(id);
    if (known !== undefined) {
      return known;
    }
    const figures = { count: 0, groups: 0, lastUs: -Infinity };
    this.#rules.set(id, figures);
    return figures;
  }

  #grow(id: number): void {
    const larger = new Uint8Array(Math.max(2 * this.#seen.length, id + 1));
    larger.set(this.#seen);
    this.#seen = larger;
  }
}
