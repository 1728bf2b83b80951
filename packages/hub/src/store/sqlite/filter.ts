import { type AlertFacet, type AlertQuery, priorityNames } from '@lanner/api';
import type { DatabaseSync } from 'node:sqlite';
import { parseContained, parseText, type TextTerm } from '../text-query.ts';
import { fingerprintKind, packedFingerprint, packWord } from './words.ts';
import { type AlertColumns, columnFacets } from './columns.ts';
import type { AlertRun } from './segments.ts';

export const tagsKind = columnFacets.indexOf('tags');

/** A query with values as numbers. */
export interface Filter {
  readonly fromUs: number;
  readonly toUs: number;
  readonly terms: readonly TextTerm[];
  /** Each keeps rows of a list; gives the number that is left at its beginning. */
  readonly steps: readonly FilterStep[];
  /** Nothing can match. */
  readonly empty: boolean;
}

type FilterStep = (run: AlertRun, columns: AlertColumns, rows: Uint32Array, count: number) => number;

/** Up to which position the alerts of a group are acknowledged, by the number of its fingerprint. */
export function acknowledgedUpTo(database: DatabaseSync): ReadonlyMap<number, number> {
  const rows = database
    .prepare(
      `SELECT word.id AS id, up_to FROM triage JOIN word ON word.kind = ${fingerprintKind} AND word.value = ${packedFingerprint('triage.fingerprint')}
      WHERE up_to > 0`,
    )
    .all() as { id: number; up_to: number }[];
  return new Map(rows.map(({ id, up_to }) => [id, up_to]));
}

export function compileFilter(
  database: DatabaseSync,
  query: AlertQuery,
  upTo: ReadonlyMap<number, number>,
): Filter {
  const {
    fromUs = -Infinity,
    toUs = Infinity,
    any = {},
    none = {},
    minPriority,
    text = '',
    contains = '',
  } = query;
  const steps: FilterStep[] = [];
  let empty = false;
  for (const [wanted, conditions] of [
    [true, any],
    [false, none],
  ] as const) {
    for (const [facet, values] of Object.entries(conditions)) {
      const step = stepOf(database, facet as AlertFacet, values, wanted, upTo);
      empty ||= step === 'nothing';
      steps.push(...(typeof step === 'function' ? [step] : []));
    }
  }
  if (minPriority !== undefined) {
    const least = priorityNames.indexOf(minPriority);
    steps.push(
      byMask(
        ({ priorities }) => priorities,
        maskOf([...priorityNames.keys()].filter((index) => index <= least)),
        true,
      ),
    );
  }
  return { fromUs, toUs, terms: [...parseText(text), ...parseContained(contains)], steps, empty };
}

function stepOf(
  database: DatabaseSync,
  facet: AlertFacet,
  values: readonly string[],
  wanted: boolean,
  upTo: ReadonlyMap<number, number>,
): FilterStep | 'nothing' | 'everything' {
  if (facet === 'status') {
    return byStatus(values.includes('open') === wanted, values.includes('acknowledged') === wanted, upTo);
  }
  if (facet === 'priority') {
    const indices = values
      .map((value) => (priorityNames as readonly string[]).indexOf(value))
      .filter((index) => index >= 0);
    return byMask(({ priorities }) => priorities, maskOf(indices), wanted);
  }
  const kind = columnFacets.indexOf(facet);
  const ids = facet === 'tags' ? tagSetsWith(database, values) : idsOf(database, kind, values);
  if (ids.length === 0) {
    return wanted ? 'nothing' : 'everything';
  }
  // A list has all columns.
  return byMask(({ ids: columns }) => columns[kind] as Uint32Array, maskOf(ids), wanted);
}

function idsOf(database: DatabaseSync, kind: number, values: readonly string[]): number[] {
  const find = database.prepare('SELECT id FROM word WHERE kind = ? AND value = ?');
  return values.flatMap((value) => {
    const row = find.get(kind, packWord(kind, value.toWellFormed())) as { id: number } | undefined;
    return row === undefined ? [] : [row.id];
  });
}

/** Tags are stored as whole sets; an alert without tags has the empty one. */
function tagSetsWith(database: DatabaseSync, values: readonly string[]): number[] {
  const sets = database.prepare('SELECT id, value FROM word WHERE kind = ?').all(tagsKind) as {
    id: number;
    value: string;
  }[];
  return sets
    .filter(({ value }) => {
      const tags = JSON.parse(value) as string[];
      return (tags.length === 0 ? [''] : tags).some((tag) => values.includes(tag));
    })
    .map(({ id }) => id);
}

function maskOf(ids: Iterable<number>): Uint8Array {
  const list = [...ids];
  const mask = new Uint8Array(Math.max(0, ...list) + 1);
  for (const id of list) {
    mask[id] = 1;
  }
  return mask;
}

function byMask(
  columnOf: (columns: AlertColumns) => Uint8Array | Uint16Array | Uint32Array,
  mask: Uint8Array,
  wanted: boolean,
): FilterStep {
  const keep = wanted ? 1 : 0;
  return (_run, columns, rows, count) => {
    const column = columnOf(columns);
    let kept = 0;
    for (let at = 0; at < count; at++) {
      const row = rows[at] as number;
      if ((mask[column[row] as number] ?? 0) === keep) {
        rows[kept++] = row;
      }
    }
    return kept;
  };
}

function byStatus(open: boolean, acknowledged: boolean, upTo: ReadonlyMap<number, number>): FilterStep {
  return (run, columns, rows, count) => {
    const fingerprints = columns.ids[fingerprintKind] as Uint32Array;
    let kept = 0;
    for (let at = 0; at < count; at++) {
      const row = rows[at] as number;
      const isAcknowledged = run.positionOf(row) <= (upTo.get(fingerprints[row] as number) ?? 0);
      if (isAcknowledged ? acknowledged : open) {
        rows[kept++] = row;
      }
    }
    return kept;
  };
}

/** Rows of a run that a filter keeps, without what it says of texts. */
export function matchingRows(filter: Filter, run: AlertRun, columns: AlertColumns): Uint32Array {
  const rows = new Uint32Array(run.rows - run.skip);
  let count = 0;
  const { fromUs, toUs } = filter;
  if (run.minUs >= fromUs && run.maxUs < toUs) {
    for (let row = run.skip; row < run.rows; row++) {
      rows[count++] = row;
    }
  } else {
    const { times, baseUs } = columns;
    for (let row = run.skip; row < run.rows; row++) {
      const time = (times[row] as number) + baseUs;
      if (time >= fromUs && time < toUs) {
        rows[count++] = row;
      }
    }
  }
  for (const step of filter.steps) {
    count = step(run, columns, rows, count);
  }
  return rows.subarray(0, count);
}
