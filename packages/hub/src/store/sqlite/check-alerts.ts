import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { foldText } from '../text-query.ts';
import { packId } from './alert-table.ts';
import { decodeBlock, decodeRecord, type TextRecord } from './block.ts';
import { type AlertColumns, columnFacets, decodeColumns } from './columns.ts';
import { GroupCounts } from './group-counts.ts';
import { inflate } from './inflate.ts';
import { knownWords } from './known-words.ts';
import type { ProblemList } from './problem-list.ts';
import { idOfRest } from './record.ts';
import type { RowSet } from './row-set.ts';
import { blockRows, blocksPerSegment, pagesPerSegment } from './sealer.ts';
import { WordIndexBuilder } from './word-index.ts';
import { wordEntries } from './word-page.ts';
import { fingerprintKind } from './words.ts';

interface Segment {
  readonly id: number;
  readonly first: number;
  readonly rows: number;
  readonly skip: number;
}

/** Alerts, packed and not, and whether all that was made of them agrees: ids, numbers of values, groups, words. */
export class AlertCheck {
  readonly #database: DatabaseSync;
  readonly #list: ProblemList;
  readonly #deep: boolean;
  readonly #groupsAtOnce: number | undefined;
  readonly #words = new WordIndexBuilder();
  readonly #positionOf: StatementSync;
  /** For each kind which numbers have a value. */
  #known: readonly RowSet[] = [];
  /** Alerts in segments by the number of their group, as far as are counted at once. */
  #groups = new GroupCounts(0, -1);
  #lastGroup = -1;
  #alerts = 0;
  #unreadable = 0;

  /** `groupsAtOnce`: groups that are counted at a time; fewer are for tests. */
  constructor(database: DatabaseSync, list: ProblemList, deep: boolean, groupsAtOnce?: number) {
    this.#database = database;
    this.#groupsAtOnce = groupsAtOnce;
    this.#list = list;
    this.#deep = deep;
    this.#positionOf = database.prepare('SELECT position FROM alert_id WHERE id = ?');
  }

  run(): void {
    this.#list.attempt('values', () => {
      this.#known = knownWords(this.#database);
      this.#lastGroup = this.#highestGroup();
      this.#groups = new GroupCounts(0, this.#lastGroup, this.#groupsAtOnce);
    });
    this.#list.attempt('segments', () => this.#segments());
    this.#list.attempt('tail', () => this.#tail());
    this.#list.attempt('ids', () => this.#ids());
    this.#list.attempt('groups', () => this.#countedGroups());
  }

  #segments(): void {
    let end = 0;
    for (const segment of this.#database
      .prepare('SELECT id, first, rows, skip FROM segment ORDER BY id')
      .all() as unknown as Segment[]) {
      const { id, first, rows, skip } = segment;
      if (first < end || rows < 1 || rows > blockRows * blocksPerSegment || skip < 0 || skip >= rows) {
        this.#list.add(`segment ${id}`, `alerts ${first} to ${first + rows - 1} without ${skip} cannot be`);
      } else {
        this.#list.attempt(`segment ${id}`, () => this.#segment(segment));
      }
      end = Math.max(end, first + rows);
    }
    this.#sealedUpTo(end - 1);
    this.#orphans('block', blocksPerSegment);
    this.#orphans('word_page', pagesPerSegment);
  }

  #sealedUpTo(last: number): void {
    const row = this.#database.prepare("SELECT value FROM counter WHERE name = 'sealed_position'").get() as
      { value: number } | undefined;
    if ((row?.value ?? 0) < last) {
      this.#list.add('segments', `they go up to alert ${last}, and ${row?.value ?? 0} is noted as the last`);
    }
  }

  #orphans(table: string, perSegment: number): void {
    const { count } = this.#database
      .prepare(
        `SELECT count(*) AS count FROM ${table} WHERE id / ${perSegment} NOT IN (SELECT id FROM segment)`,
      )
      .get() as { count: number };
    if (count > 0) {
      this.#list.add(table, `${count} rows belong to no segment`);
    }
  }

  #segment(segment: Segment): void {
    const { id, rows, skip } = segment;
    const row = this.#database
      .prepare('SELECT columns, firsts, received FROM segment WHERE id = ?')
      .get(id) as Record<'columns' | 'firsts' | 'received', Uint8Array>;
    this.#alerts += rows - skip;
    this.#list.attempt(`columns of segment ${id}`, () => this.#columns(segment, decodeColumns(row.columns)));
    this.#list.attempt(`times of segment ${id}`, () => {
      if (inflate(row.received).length !== 8 * rows) {
        throw new Error('there are not as many as alerts');
      }
    });
    let firsts: readonly string[] = [];
    this.#list.attempt(`words of segment ${id}`, () => {
      firsts = JSON.parse(inflate(row.firsts).toString()) as string[];
      this.#pages(segment, firsts);
    });
    this.#words.clear();
    const whole = this.#blocks(segment);
    if (this.#deep && whole && skip === 0) {
      this.#list.attempt(`words of segment ${id}`, () => this.#compareWords(segment, firsts));
    }
  }

  #columns({ rows, skip }: Segment, columns: AlertColumns): void {
    if (columns.rows !== rows) {
      throw new Error(`there are ${columns.rows} rows for ${rows} alerts`);
    }
    for (const [kind, ids] of columns.ids.entries()) {
      const lacking = ids.subarray(skip).find((number) => this.#known[kind]?.has(number) !== true);
      if (lacking !== undefined) {
        throw new Error(`value ${lacking} of ${columnFacets[kind]} is not in the dictionary`);
      }
    }
    this.#groups.add(columns.ids[fingerprintKind]?.subarray(skip) ?? []);
  }

  /** Words are in order, pages are those that are noted, and rows are rows of the segment. */
  #pages({ id, rows }: Segment, firsts: readonly string[]): void {
    const find = this.#database.prepare('SELECT words FROM word_page WHERE id = ?');
    for (const [index, first] of firsts.entries()) {
      const page = find.get(id * pagesPerSegment + index) as { words: Uint8Array } | undefined;
      if (page === undefined) {
        throw new Error(`page ${index} is missing`);
      }
      let before = '';
      for (const { word, rows: having } of wordEntries(inflate(page.words))) {
        if (before === '' ? word !== first : word <= before) {
          throw new Error(`page ${index} is not in order at '${word}'`);
        }
        if (having.length === 0 || (having.at(-1) ?? rows) >= rows) {
          throw new Error(`'${word}' is said to be in alerts that are not there`);
        }
        before = word;
      }
    }
  }

  /** False when a block could not be read. */
  #blocks({ id, first, rows, skip }: Segment): boolean {
    const find = this.#database.prepare('SELECT records FROM block WHERE id = ?');
    let whole = true;
    for (let number = Math.floor(skip / blockRows); number * blockRows < rows; number++) {
      const start = number * blockRows;
      const end = Math.min(rows, start + blockRows);
      try {
        const packed = find.get(id * blocksPerSegment + number) as { records: Uint8Array } | undefined;
        if (packed === undefined) {
          throw new Error('the block is missing');
        }
        const block = decodeBlock(packed.records);
        if (block.rows !== end - start) {
          throw new Error(`there are ${block.rows} of them in the block`);
        }
        for (let row = start; row < end; row++) {
          const record = block.record(row - start);
          this.#record(record, first + row, row < skip);
          this.#remember(row, record);
        }
      } catch (error) {
        whole = false;
        this.#unreadable += end - Math.max(skip, start);
        this.#list.add(
          `alerts ${first + Math.max(skip, start)} to ${first + end - 1}`,
          (error as Error).message,
        );
      }
    }
    return whole;
  }

  #remember(row: number, { texts }: TextRecord): void {
    if (this.#deep) {
      this.#words.add(row, foldText(texts));
    }
  }

  #record({ rest }: TextRecord, position: number, removed: boolean): void {
    if (removed) {
      return;
    }
    if (rest === '') {
      // It was damaged before it was packed, and counted then.
      this.#unreadable++;
      return;
    }
    const found = this.#positionOf.get(packId(idOfRest(rest))) as { position: number } | undefined;
    if (found?.position !== position) {
      this.#list.add(`alert ${position}`, `its id leads to ${found?.position ?? 'nothing'}`);
    }
  }

  #compareWords({ id, rows }: Segment, firsts: readonly string[]): void {
    const expected = this.#words.build(rows);
    const find = this.#database.prepare('SELECT words FROM word_page WHERE id = ?');
    const same =
      expected.firsts.join('\0') === firsts.join('\0') &&
      expected.pages.every((page, index) => {
        const found = find.get(id * pagesPerSegment + index) as { words: Uint8Array } | undefined;
        return found !== undefined && inflate(page).equals(inflate(found.words));
      });
    if (!same) {
      throw new Error('they are not those of its alerts: searches may miss some');
    }
  }

  #tail(): void {
    const columns = columnFacets.join();
    const sealed = this.#database
      .prepare("SELECT value FROM counter WHERE name = 'sealed_position'")
      .get() as { value: number } | undefined;
    for (const row of this.#database
      .prepare(`SELECT position, record, ${columns} FROM tail ORDER BY position`)
      .iterate() as Iterable<Record<string, number> & { readonly record: Uint8Array }>) {
      const position = row['position'] as number;
      this.#alerts++;
      if (position <= (sealed?.value ?? 0)) {
        this.#list.add(`alert ${position}`, 'it is packed and not packed');
      }
      const lacking = columnFacets.find(
        (facet, kind) => this.#known[kind]?.has(row[facet] as number) !== true,
      );
      if (lacking !== undefined) {
        this.#list.add(`alert ${position}`, `its ${lacking} is not in the dictionary`);
      }
      try {
        this.#record(decodeRecord(row.record), position, false);
      } catch (error) {
        this.#unreadable++;
        this.#list.add(`alert ${position}`, (error as Error).message);
      }
    }
  }

  /** An id without its alert would keep the alert from being stored when it is sent again. */
  #ids(): void {
    const { count } = this.#database.prepare('SELECT count(*) AS count FROM alert_id').get() as {
      count: number;
    };
    if (count > this.#alerts || count < this.#alerts - this.#unreadable) {
      this.#list.add('ids', `there are ${count} for ${this.#alerts} alerts`);
    }
  }

  /** Memory does not grow with the number of groups: of very many a stretch at a time is counted. */
  #countedGroups(): void {
    let wrong = this.#wrongGroups(this.#groups);
    while (this.#groups.end <= this.#lastGroup) {
      this.#groups = new GroupCounts(this.#groups.end, this.#lastGroup, this.#groupsAtOnce);
      this.#countAgain();
      wrong += this.#wrongGroups(this.#groups);
    }
    if (wrong > 0) {
      this.#list.add('groups', `${wrong} have not as many alerts as is noted`);
    }
  }

  #wrongGroups(counts: GroupCounts): number {
    let wrong = 0;
    for (const { fingerprint, kept } of this.#database
      .prepare('SELECT fingerprint, kept FROM alert_group WHERE fingerprint >= ? AND fingerprint < ?')
      .iterate(counts.from, counts.end) as Iterable<{ fingerprint: number; kept: number }>) {
      wrong += kept === counts.take(fingerprint) ? 0 : 1;
    }
    return wrong + counts.left();
  }

  #countAgain(): void {
    for (const { columns, skip } of this.#database
      .prepare('SELECT columns, skip FROM segment ORDER BY id')
      .iterate() as Iterable<{ columns: Uint8Array; skip: number }>) {
      try {
        this.#groups.add(decodeColumns(columns).ids[fingerprintKind]?.subarray(skip) ?? []);
      } catch {
        // It was told when all of the segment was looked at.
        continue;
      }
    }
  }

  #highestGroup(): number {
    const { last } = this.#database
      .prepare(
        'SELECT max((SELECT coalesce(max(id), -1) FROM word WHERE kind = ?), (SELECT coalesce(max(fingerprint), -1) FROM alert_group)) AS last',
      )
      .get(fingerprintKind) as { last: number };
    return last;
  }
}
