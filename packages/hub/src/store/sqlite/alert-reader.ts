import type { AlertQuery, StoredAlert } from '@lanner/api';
import { AppError } from '@lanner/core';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { AlertAsk, AlertLook, RuleFigures } from '../alert-store.ts';
import { type AlertCursor, checkLimit, checkQuery, cursorText, parseCursor } from '../check-query.ts';
import { RuleCounter } from './rule-counter.ts';
import type { Matches } from './counter.ts';
import { FigureCounter } from './figure-counter.ts';
import type { AlertColumns } from './columns.ts';
import { Newest } from './newest.ts';
import { GroupSizes, NewestGroups } from './newest-groups.ts';
import { acknowledgedUpTo, compileFilter, type Filter, matchingRows } from './filter.ts';
import { firstRowAfter, idsBeyond, newestRows, placeOf, runsByNewest } from './rows.ts';
import { type AlertRun, Segments } from './segments.ts';
import { Stretch } from './stretch.ts';
import { WorkClock } from './work-clock.ts';
import { TextSearch } from './text-search.ts';
import { lastNoted, packId } from './alert-table.ts';
import { fingerprintKind, packWord, unpackWord } from './words.ts';
import { type RecordPlace, unpackAlert } from './record.ts';
import { blockRows } from './sealer.ts';
import type { Block } from './block.ts';

export interface GroupSummary {
  readonly fingerprint: string;
  readonly count: number;
  readonly firstUs: number;
  readonly lastUs: number;
  readonly latest: StoredAlert;
}

/** Answers queries of alerts: the reading side. */
export class AlertReader {
  readonly #database: DatabaseSync;
  #segments: Segments;
  #texts: TextSearch;
  readonly #onDamage: () => void;
  readonly #word: StatementSync;
  readonly #wordId: StatementSync;

  /** `onDamage` is told when something damaged is left out of an answer. */
  constructor(database: DatabaseSync, onDamage: () => void = () => undefined) {
    this.#database = database;
    this.#onDamage = onDamage;
    this.#segments = new Segments(database);
    this.#texts = new TextSearch(database);
    this.#word = database.prepare('SELECT value FROM word WHERE kind = ? AND id = ?');
    this.#wordId = database.prepare('SELECT id FROM word WHERE kind = ? AND value = ?');
  }

  /** Lets go of what is kept in memory of segments. */
  forget(): void {
    this.#segments = new Segments(this.#database);
    this.#texts = new TextSearch(this.#database);
  }

  get(id: string): StoredAlert | null {
    const row = this.#database.prepare('SELECT position FROM alert_id WHERE id = ?').get(packId(id)) as
      { position: number } | undefined;
    return row === undefined ? null : (this.#alertsAt([row.position])[0] ?? null);
  }

  async search(
    query: AlertQuery,
    limit: number,
    cursor?: string,
  ): Promise<{ alerts: StoredAlert[]; cursor: string | null }> {
    checkLimit(limit);
    const after = parseCursor(cursor);
    const before =
      after === null ? query : { ...query, toUs: Math.min(query.toUs ?? Infinity, after.timeUs + 1) };
    const newest = new Newest<AlertCursor>(limit + 1);
    const order: MatchOrder = {
      runs: runsByNewest(this.#segments.current()),
      isEnd: (run) => run.maxUs < newest.leastUs,
      pick: (run, columns, rows) => newestRows(run, columns, rows, after, newest.leastUs),
      wanted: limit + 1,
    };
    for await (const { run, columns, rows } of this.#matches(before, order)) {
      for (const row of rows) {
        newest.add(placeOf(run, columns, row));
      }
      // What is known to be too old need not be looked at.
      newest.settle();
    }
    const found = newest.list();
    const last = found[limit - 1];
    const page = found.slice(0, limit);
    return {
      alerts: this.#alertsAt(page.map(({ position }) => position)),
      cursor: found.length > limit && last !== undefined ? cursorText(last) : null,
    };
  }

  /** As `AlertStore.look` says. What is newest is counted first. */
  async look(query: AlertQuery, ask: AlertAsk): Promise<AlertLook> {
    const runs = runsByNewest(this.#segments.current());
    const figures = new FigureCounter(ask, acknowledgedUpTo(this.#database));
    const stretch = new Stretch(runs, ask.withinMs);
    for await (const matches of this.#matches(query, { runs, isEnd: (run) => stretch.isEnd(run) })) {
      figures.add(matches);
    }
    return { ...figures.list(this.#database), share: stretch.share };
  }

  async rules(query: AlertQuery): Promise<readonly RuleFigures[]> {
    const counter = new RuleCounter();
    for await (const matches of this.#matches(query)) {
      counter.add(matches);
    }
    return counter.list(this.#database);
  }

  async groups(
    query: AlertQuery,
    limit: number,
    cursor?: string,
  ): Promise<{ groups: readonly GroupSummary[]; cursor: string | null }> {
    checkLimit(limit);
    const after = parseCursor(cursor);
    const runs = runsByNewest(this.#segments.current());
    const newest = new NewestGroups(limit + 1, after);
    for await (const matches of this.#matches(query, { runs, isEnd: (run) => newest.isEnd(run) })) {
      newest.add(matches);
    }
    const left = newest.list();
    const page = left.slice(0, limit);
    const sizes = new GroupSizes(page.map(({ id }) => id));
    const only: MatchOrder['only'] = (columns, rows) => sizes.of(columns, rows);
    for await (const matches of this.#matches(query, { runs, only })) {
      sizes.add(matches);
    }
    const latest = new Map(
      this.#alertsAt(page.map(({ position }) => position)).map((alert) => [alert.position, alert]),
    );
    const last = page.at(-1);
    return {
      groups: page.flatMap(({ id, timeUs, position }) => {
        const alert = latest.get(position);
        const { count, firstUs } = sizes.sizeOf(id);
        return alert === undefined
          ? []
          : [{ fingerprint: alert.fingerprint, count, firstUs, lastUs: timeUs, latest: alert }];
      }),
      cursor: left.length > limit && last !== undefined ? cursorText(last) : null,
    };
  }

  /** Fingerprints of alerts of a query. */
  async fingerprints(query: AlertQuery): Promise<string[]> {
    const ids = new Set<number>();
    for await (const { columns, rows } of this.#matches(query)) {
      const column = columns.ids[fingerprintKind] as Uint32Array;
      for (const row of rows) {
        ids.add(column[row] as number);
      }
    }
    return [...ids].map((id) => this.#fingerprintOf(id));
  }

  /** In order of arrival. Empty only when nothing readable follows: damaged alerts are passed over. */
  after(position: number, limit: number): StoredAlert[] {
    for (let from = position; ;) {
      const positions: number[] = [];
      for (const run of this.#segments.current()) {
        for (let row = firstRowAfter(run, from); row < run.rows && positions.length < limit; row++) {
          positions.push(run.positionOf(row));
        }
      }
      const alerts = this.#alertsAt(positions);
      const last = positions.at(-1);
      if (alerts.length > 0 || last === undefined) {
        return alerts;
      }
      from = last;
    }
  }

  lastPosition(): number {
    const tail = this.#database.prepare('SELECT max(position) AS last FROM tail').get() as {
      last: number | null;
    };
    return Math.max(tail.last ?? 0, lastNoted(this.#database));
  }

  /** Of segments of which a part was removed it may be the time of that. */
  oldestUs(): number | null {
    const times = this.#segments.current().flatMap((run) => (run.rows > run.skip ? [run.minUs] : []));
    return times.length === 0 ? null : Math.min(...times);
  }

  /** Of groups, each with a position, those that have an alert beyond it. */
  goingOn(groups: ReadonlyMap<string, number>): ReadonlySet<string> {
    const upTo = new Map<number, number>();
    const names = new Map<number, string>();
    for (const [fingerprint, position] of groups) {
      const id = this.#fingerprintId(fingerprint);
      if (id !== null) {
        upTo.set(id, position);
        names.set(id, fingerprint);
      }
    }
    const found = new Set<string>();
    for (const id of idsBeyond(this.#segments.current(), upTo)) {
      found.add(names.get(id) ?? '');
    }
    return found;
  }

  /** Alerts at positions, in the order of these; those that are gone or damaged are left out. */
  #alertsAt(positions: readonly number[]): StoredAlert[] {
    const runs = this.#segments.current();
    const blocks = new Map<string, Block | null>();
    const upTo = this.#database.prepare('SELECT up_to FROM triage WHERE fingerprint = ?');
    return positions.flatMap((position) => {
      const alert = this.#alertAt(runs, blocks, position);
      if (alert === null) {
        return [];
      }
      const row = upTo.get(alert.fingerprint) as { up_to: number } | undefined;
      return [
        { ...alert, status: position <= (row?.up_to ?? 0) ? ('acknowledged' as const) : ('open' as const) },
      ];
    });
  }

  #alertAt(
    runs: readonly AlertRun[],
    blocks: Map<string, Block | null>,
    position: number,
  ): StoredAlert | null {
    const run = runs.findLast((each) => each.positionOf(0) <= position);
    const row = run === undefined ? -1 : firstRowAfter(run, position - 1);
    if (run === undefined || row >= run.rows || run.positionOf(row) !== position) {
      return null;
    }
    const columns = run.columns();
    if (columns === null) {
      return null;
    }
    const place: RecordPlace = {
      ...placeOf(run, columns, row),
      fingerprint: this.#fingerprintOf((columns.ids[fingerprintKind] as Uint32Array)[row] as number),
      status: 'open',
    };
    const key = `${run.id}/${Math.floor(row / blockRows)}`;
    if (run.id !== 0 && !blocks.has(key)) {
      blocks.set(
        key,
        this.#intact(() => this.#texts.block(run.id, Math.floor(row / blockRows))),
      );
    }
    const record = this.#intact(() =>
      run.id === 0 ? this.#texts.tailRecord(position) : (blocks.get(key)?.record(row % blockRows) ?? null),
    );
    return record === null || record.rest === '' ? null : unpackAlert(record.texts, record.rest, place);
  }

  #fingerprintId(fingerprint: string): number | null {
    const row = this.#wordId.get(fingerprintKind, packWord(fingerprintKind, fingerprint.toWellFormed())) as
      { id: number } | undefined;
    return row?.id ?? null;
  }

  #fingerprintOf(id: number): string {
    const row = this.#word.get(fingerprintKind, id) as { value: string | Uint8Array } | undefined;
    return row === undefined ? '' : unpackWord(row.value);
  }

  /** Null for what is damaged. */
  #intact<T>(read: () => T): T | null {
    try {
      return read();
    } catch (error) {
      if (error instanceof AppError) {
        this.#onDamage();
        return null;
      }
      throw error;
    }
  }

  /** Rows that match, run by run, in slices. Throws AppError 'query.invalid' when it takes too long. */
  async *#matches(query: AlertQuery, order: MatchOrder = {}): AsyncGenerator<Matches> {
    checkQuery(query);
    const { runs = this.#segments.current(), isEnd } = order;
    const filter = compileFilter(this.#database, query, acknowledgedUpTo(this.#database));
    const clock = new WorkClock();
    for (const run of filter.empty ? [] : runs) {
      if (isEnd?.(run) === true) {
        return;
      }
      const columns = run.maxUs >= filter.fromUs && run.minUs < filter.toUs ? run.columns() : null;
      if (columns !== null) {
        const picked = this.#picked(filter, run, columns, order);
        const rows = await this.#textMatches(filter, run, picked, order.wanted, clock);
        if (rows.length > 0) {
          yield { run, columns, rows };
        }
        await clock.pause();
      }
    }
  }

  /** Rows that may match, without what only their texts can tell. */
  #picked(filter: Filter, run: AlertRun, columns: AlertColumns, { only, pick }: MatchOrder): Uint32Array {
    const rows = matchingRows(filter, run, columns);
    const asked = only === undefined ? rows : only(columns, rows);
    const candidates = this.#texts.candidates(run, asked, filter.terms);
    return pick === undefined ? candidates : pick(run, columns, candidates);
  }

  async #textMatches(
    filter: Filter,
    run: AlertRun,
    rows: Uint32Array,
    wanted: number | undefined,
    clock: WorkClock,
  ): Promise<Uint32Array> {
    if (filter.terms.length === 0) {
      return rows.subarray(0, wanted);
    }
    const steps = this.#texts.matching(run, rows, filter.terms, wanted);
    for (;;) {
      const step = steps.next();
      if (step.done === true) {
        return step.value;
      }
      await clock.pause();
    }
  }
}

/** In which order alerts are looked at, and how many of them are needed. */
interface MatchOrder {
  readonly runs?: readonly AlertRun[];
  /** Nothing more is needed, of this run and those after it. */
  readonly isEnd?: (run: AlertRun) => boolean;
  /** Of rows those that are asked for: known before anything is looked up. */
  readonly only?: (columns: AlertColumns, rows: Uint32Array) => Uint32Array;
  /** Of rows that may match those that are needed, first what is needed most. */
  readonly pick?: (run: AlertRun, columns: AlertColumns, rows: Uint32Array) => Uint32Array;
  /** Rows of each run. */
  readonly wanted?: number;
}
