import {
  type AlertFacet,
  type AlertQuery,
  exactJson,
  type NewAlert,
  parseExactJson,
  type StoredAlert,
} from '@lanner/api';
import type {
  AlertAsk,
  AlertGroup,
  AlertLook,
  AlertPage,
  AlertStore,
  AppendResult,
  BatchOrigin,
  FacetCount,
  GroupTriage,
  HistogramAsk,
  HistogramBucket,
  RuleFigures,
  TriageAction,
} from '../store/alert-store.ts';
import { alertMatcher } from '../store/alert-match.ts';
import { facetValues } from '../store/alert-values.ts';
import {
  busiestFirst,
  checkHistogram,
  checkLimit,
  checkQuery,
  cursorText,
  frequentFirst,
  newerFirst,
  parseCursor,
} from '../store/check-query.ts';
import { triaged, type TriageState, untouched } from '../store/triage.ts';

/** Alerts in an array, looked through one by one. */
export class MemoryAlerts implements AlertStore {
  readonly all: (NewAlert & { readonly position: number; readonly held: string | null })[] = [];
  readonly #ids = new Set<string>();
  readonly #sequences = new Map<string, number>();
  readonly #triage = new Map<string, TriageState>();
  readonly #groups = new Map<string, { kept: number; lastUs: number }>();
  #last = 0;

  append(
    alerts: readonly NewAlert[],
    held: readonly (string | null)[],
    origin?: BatchOrigin,
  ): Promise<AppendResult> {
    const known = origin !== undefined && origin.sequence <= (this.#sequences.get(origin.agent) ?? 0);
    if (origin !== undefined && !known) {
      this.#sequences.set(origin.agent, origin.sequence);
    }
    let stored = 0;
    for (const [index, alert] of known ? [] : alerts.entries()) {
      if (!this.#ids.has(alert.id)) {
        this.#store(alert, held[index] ?? null);
        stored++;
      }
    }
    return Promise.resolve({ stored, lastPosition: this.#last });
  }

  #store(alert: NewAlert, held: string | null): void {
    this.#ids.add(alert.id);
    const copy = parseExactJson(exactJson(alert)) as NewAlert;
    this.all.push({ ...copy, position: ++this.#last, held });
    const group = this.#groups.get(alert.fingerprint);
    this.#groups.set(alert.fingerprint, {
      lastUs: Math.max(group?.lastUs ?? alert.timeUs, alert.timeUs),
      kept: (group?.kept ?? 0) + 1,
    });
  }

  get(id: string): Promise<StoredAlert | null> {
    const found = this.all.find((alert) => alert.id === id);
    return Promise.resolve(found === undefined ? null : this.#whole(found));
  }

  search(query: AlertQuery, limit: number, cursor?: string): Promise<AlertPage> {
    return attempt(() => {
      checkLimit(limit);
      const after = parseCursor(cursor);
      const left = this.#matching(query)
        .sort(newerFirst)
        .filter((alert) => after === null || newerFirst(after, alert) < 0);
      const alerts = left.slice(0, limit);
      const last = alerts.at(-1);
      return { alerts, cursor: left.length > limit && last !== undefined ? cursorText(last) : null };
    });
  }

  /** At once, however little time there is. */
  async look(query: AlertQuery, { facets = [], values = 1, histogram }: AlertAsk): Promise<AlertLook> {
    const within = ({ fromUs, toUs }: HistogramAsk): AlertQuery => ({
      ...query,
      fromUs: Math.max(fromUs, query.fromUs ?? fromUs),
      toUs: Math.min(toUs, query.toUs ?? toUs),
    });
    return {
      count: await this.count(query),
      facets: await this.facets(query, facets, values),
      buckets: histogram === undefined ? [] : this.#buckets(within(histogram), histogram),
      share: 1,
    };
  }

  count(query: AlertQuery): Promise<number> {
    return attempt(() => this.#matching(query).length);
  }

  facets(
    query: AlertQuery,
    facets: readonly AlertFacet[],
    limit: number,
  ): Promise<Partial<Record<AlertFacet, readonly FacetCount[]>>> {
    return attempt(() => {
      checkLimit(limit);
      const alerts = this.#matching(query);
      return Object.fromEntries(
        facets.map((facet) => {
          const counts = new Map<string, number>();
          for (const value of alerts.flatMap((alert) => valuesOf(alert, facet))) {
            counts.set(value, (counts.get(value) ?? 0) + 1);
          }
          counts.delete('');
          const list = Array.from(counts, ([value, count]) => ({ value, count }));
          return [facet, list.sort(frequentFirst).slice(0, limit)];
        }),
      );
    });
  }

  rules(query: AlertQuery): Promise<readonly RuleFigures[]> {
    return attempt(() => {
      const byRule = Map.groupBy(this.#matching(query), ({ event }) => event.rule);
      return Array.from(byRule, ([rule, alerts]) => ({
        rule,
        count: alerts.length,
        groups: new Set(alerts.map(({ fingerprint }) => fingerprint)).size,
        lastUs: Math.max(...alerts.map(({ timeUs }) => timeUs)),
      })).sort(busiestFirst);
    });
  }

  histogram(query: AlertQuery, buckets: number, by?: AlertFacet): Promise<readonly HistogramBucket[]> {
    return attempt(() => this.#buckets(query, { ...checkHistogram(query, buckets), buckets, by }));
  }

  #buckets(query: AlertQuery, ask: HistogramAsk): HistogramBucket[] {
    const { fromUs, widthUs } = checkHistogram(ask, ask.buckets);
    const result = Array.from({ length: ask.buckets }, (_, index) => {
      const counts: Record<string, number> = {};
      return { fromUs: Math.round(fromUs + index * widthUs), count: 0, by: counts };
    });
    for (const alert of this.#matching(query)) {
      const bucket = result[Math.min(ask.buckets - 1, Math.floor((alert.timeUs - fromUs) / widthUs))];
      if (bucket !== undefined) {
        bucket.count++;
        for (const value of ask.by === undefined ? [] : valuesOf(alert, ask.by)) {
          bucket.by[value] = (bucket.by[value] ?? 0) + 1;
        }
      }
    }
    return result;
  }

  groups(
    query: AlertQuery,
    limit: number,
    cursor?: string,
  ): Promise<{ groups: readonly AlertGroup[]; cursor: string | null }> {
    return attempt(() => {
      checkLimit(limit);
      const after = parseCursor(cursor);
      const left = [...Map.groupBy(this.#matching(query), ({ fingerprint }) => fingerprint)]
        .map(([fingerprint, alerts]) => ({ fingerprint, alerts: alerts.sort(newerFirst) }))
        .sort((a, b) => newerFirst(newest(a), newest(b)))
        .filter((group) => after === null || newerFirst(after, newest(group)) < 0);
      const groups = left.slice(0, limit).map((group) => ({
        fingerprint: group.fingerprint,
        count: group.alerts.length,
        firstUs: group.alerts.at(-1)?.timeUs ?? 0,
        lastUs: newest(group).timeUs,
        latest: newest(group),
        triage: this.#triageOf(group.fingerprint),
      }));
      const last = groups.at(-1);
      return {
        groups,
        cursor: left.length > limit && last !== undefined ? cursorText(last.latest) : null,
      };
    });
  }

  triage(fingerprint: string): Promise<GroupTriage> {
    return Promise.resolve(this.#triageOf(fingerprint));
  }

  act(query: AlertQuery, action: TriageAction, by: string, atMs: number): Promise<number> {
    return attempt(() => {
      const fingerprints = new Set(this.#matching(query).map(({ fingerprint }) => fingerprint));
      for (const fingerprint of fingerprints) {
        const before = this.#triage.get(fingerprint) ?? untouched;
        this.#triage.set(fingerprint, triaged(before, action, by, atMs, this.#last));
      }
      return fingerprints.size;
    });
  }

  after(position: number, limit: number): Promise<readonly StoredAlert[]> {
    return Promise.resolve(
      this.all
        .filter((alert) => alert.position > position)
        .slice(0, limit)
        .map((alert) => this.#whole(alert)),
    );
  }

  lastPosition(): Promise<number> {
    return Promise.resolve(this.#last);
  }

  oldestUs(): Promise<number | null> {
    const times = this.all.map(({ timeUs }) => timeUs);
    return Promise.resolve(times.length === 0 ? null : Math.min(...times));
  }

  lastSequence(agent: string): Promise<number> {
    return Promise.resolve(this.#sequences.get(agent) ?? 0);
  }

  seen(fingerprints: readonly string[]): Promise<ReadonlyMap<string, { count: number; lastUs: number }>> {
    const known = new Map<string, { count: number; lastUs: number }>();
    for (const fingerprint of fingerprints) {
      const group = this.#groups.get(fingerprint);
      if (group !== undefined) {
        known.set(fingerprint, { count: group.kept, lastUs: group.lastUs });
      }
    }
    return Promise.resolve(known);
  }

  /** For retention; groups without alerts are forgotten, what people made of them too. */
  removeOldest(count: number): readonly { readonly position: number }[] {
    const removed = this.all.splice(0, count);
    for (const { id, fingerprint } of removed) {
      this.#ids.delete(id);
      const group = this.#groups.get(fingerprint);
      if (group !== undefined && --group.kept === 0) {
        this.#groups.delete(fingerprint);
        this.#triage.delete(fingerprint);
      }
    }
    return removed;
  }

  #triageOf(fingerprint: string): GroupTriage {
    const { upTo, ...triage } = this.#triage.get(fingerprint) ?? untouched;
    const last = this.all.findLast((alert) => alert.fingerprint === fingerprint)?.position ?? Infinity;
    return { ...triage, status: last <= upTo ? 'acknowledged' : 'open' };
  }

  #whole(alert: (typeof this.all)[number]): StoredAlert {
    const { upTo } = this.#triage.get(alert.fingerprint) ?? untouched;
    return { ...alert, status: alert.position <= upTo ? 'acknowledged' : 'open' };
  }

  #matching(query: AlertQuery): StoredAlert[] {
    checkQuery(query);
    return this.all.map((alert) => this.#whole(alert)).filter(alertMatcher(query));
  }
}

function newest(group: { readonly alerts: readonly StoredAlert[] }): StoredAlert {
  // A group has an alert.
  return group.alerts[0] as StoredAlert;
}

function valuesOf(alert: StoredAlert, facet: AlertFacet): readonly string[] {
  return facet === 'status' ? [alert.status] : facetValues(alert, facet);
}

function attempt<T>(work: () => T): Promise<T> {
  return new Promise((resolve) => {
    resolve(work());
  });
}
