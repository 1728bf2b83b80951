import { isObject, type JsonObject, objectsOf, textOf } from '../../lib/json.ts';

/** Versions from `from` on, up to `to`; `from` is '0' for all before. */
export interface VersionRange {
  readonly from: string;
  readonly to?: string;
  /** `to` is itself affected. */
  readonly toIncluded?: boolean;
}

/** Ranges of OSV's `affected[].ranges`; those of git commits are left out. */
export function osvRanges(affected: JsonObject): VersionRange[] {
  return objectsOf(affected['ranges'])
    .filter((range) => range['type'] !== 'GIT')
    .flatMap((range) => rangesOfEvents(objectsOf(range['events'])));
}

function rangesOfEvents(events: readonly JsonObject[]): VersionRange[] {
  const ranges: VersionRange[] = [];
  let from: string | null = null;
  for (const event of events) {
    const introduced = textOf(event['introduced']);
    const fixed = textOf(event['fixed']);
    const last = textOf(event['last_affected']);
    if (introduced !== undefined) {
      if (from !== null) {
        ranges.push({ from });
      }
      from = introduced;
    } else if (fixed !== undefined || last !== undefined) {
      // What is fixed without having been introduced was there from the start.
      const to = fixed ?? last ?? '';
      ranges.push({ from: from ?? '0', to, ...(fixed === undefined ? { toIncluded: true } : {}) });
      from = null;
    }
  }
  return from === null ? ranges : [...ranges, { from }];
}

/** The range as a constraint of an advisory. */
export function rangeText({ from, to, toIncluded = false }: VersionRange): string {
  if (to === undefined) {
    return `>=${from}`;
  }
  if (toIncluded && from === to) {
    return `=${from}`;
  }
  const end = `${toIncluded ? '<=' : '<'}${to}`;
  return from === '0' ? end : `>=${from}, ${end}`;
}

/** Severities of OSV by type: vectors of CVSS. */
export function osvVectors(record: JsonObject): ReadonlyMap<string, string> {
  return new Map(
    objectsOf(record['severity']).flatMap((severity) => {
      const [type, score] = [textOf(severity['type']), textOf(severity['score'])];
      return type === undefined || score === undefined ? [] : [[type, score] as const];
    }),
  );
}

/** The member of an object that is an object; empty when there is none. */
export function memberOf(record: JsonObject, key: string): JsonObject {
  const member = record[key];
  return isObject(member) ? member : {};
}
