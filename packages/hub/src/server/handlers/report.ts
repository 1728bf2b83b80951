import { blindRule, momentMs } from '@lanner/api';
import type { reportRoutes, ResultOf } from '@lanner/api/http';
import { AppError } from '@lanner/core';
import type { HistogramBucket } from '../../store/alert-store.ts';
import type { ChangeCounts, FindingAsk, FindingLook, FindingQuery } from '../../store/finding-store.ts';
import type { Store } from '../../store/store.ts';
import type { Handlers } from '../api.ts';
import { acceptancesWithin } from './acceptances.ts';
import { mutable } from './alerts.ts';

const dayMs = 86_400_000;
const parts = 7;
const longestMs = 366 * dayMs;
/** How many of each kind a report shows. */
const shown = 20;
const mostLetters = 1000;

/** Milliseconds. */
interface Span {
  readonly fromMs: number;
  /** Not after now. */
  readonly toMs: number;
  /** Where it will end: later than `toMs` while it lasts. */
  readonly endMs: number;
}

type Result<Name extends keyof typeof reportRoutes> = ResultOf<(typeof reportRoutes)[Name]>;

export function reportHandlers(store: Store): Handlers<typeof reportRoutes> {
  return {
    async compareWeeks({ query, nowMs }) {
      return mutable(await compare(store, spanOf(query, nowMs)));
    },
    async report({ query, nowMs }) {
      return report(store, spanOf(query, nowMs));
    },
  };
}

/** Throws AppError 'query.invalid' for a time that ends before it begins, or is of more than a year. */
function spanOf(
  query: { readonly from?: string | undefined; readonly to?: string | undefined },
  nowMs: number,
): Span {
  const endMs = query.to === undefined ? nowMs : (momentMs(query.to, nowMs) ?? nowMs);
  const fromMs = query.from === undefined ? endMs - 7 * dayMs : (momentMs(query.from, nowMs) ?? endMs);
  const toMs = Math.min(endMs, nowMs);
  if (fromMs >= toMs || toMs - fromMs > longestMs) {
    throw new AppError('query.invalid', 'this time is empty, to come, or longer than a year', {
      hint: 'Ask for a time that has begun, such as from=7d.',
    });
  }
  return { fromMs, toMs, endMs };
}

async function compare(store: Store, span: Span): Promise<Result<'compareWeeks'>> {
  const { fromMs, toMs } = span;
  const then = spanBefore(span);
  const [days, daysBefore, now, before, changesBefore, look] = await Promise.all([
    daysOf(store, span),
    daysOf(store, then),
    countOf(store, span),
    countOf(store, then),
    lookAt(store, then, { asOfMs: then.toMs }, 1),
    lookAt(store, span, { asOfMs: toMs }, 1, {
      trend: { fromMs: then.fromMs, steps: 2 * parts + 1 },
    }),
  ]);
  return mutable({
    fromMs,
    toMs,
    alerts: { now, before, days, daysBefore },
    changes: { now: changesOf(look), before: changesOf(changesBefore) },
    trend: look.trend,
  });
}

async function report(store: Store, span: Span): Promise<Result<'report'>> {
  const { fromMs, toMs } = span;
  const now = { asOfMs: toMs };
  const since = { ...now, change: { kind: 'new', sinceMs: fromMs } } as const;
  const [compared, criticals, rules, open, newCriticals, fixed, exploited] = await Promise.all([
    compare(store, span),
    store.alerts.groups({ ...alertsOf(span), minPriority: 'Critical' }, shown),
    noisyRules(store, span),
    lookAt(store, span, now, 1, { upgrades: 5 }),
    lookAt(store, span, { ...since, severities: ['CRITICAL'] }, shown),
    lookAt(store, span, { ...since, change: { kind: 'fixed', sinceMs: fromMs } }, shown),
    store.findings.count({ ...now, kev: true, fixable: true }),
  ]);
  return mutable({
    ...compared,
    criticals: { groups: criticals.groups, hasMore: criticals.cursor !== null },
    rules,
    open: open.severities,
    upgrades: open.upgrades,
    newCriticals: { count: newCriticals.count, worst: newCriticals.findings },
    fixed: { count: fixed.count, worst: fixed.findings },
    exploited,
    acceptances: await acceptancesWithin(store.findings, store.documents, {
      fromMs,
      toMs: toMs + 14 * dayMs,
    }),
    blind: await blindOf(store, span),
    coverage: await coverageOf(store, span),
    refused: await refusedOf(store, span),
  });
}

/** The time of the same length before, as far into it as this one has come. */
function spanBefore({ fromMs, toMs, endMs }: Span): Span {
  const length = endMs - fromMs;
  return { fromMs: fromMs - length, toMs: toMs - length, endMs: fromMs };
}

function alertsOf({ fromMs, toMs }: Pick<Span, 'fromMs' | 'toMs'>): { fromUs: number; toUs: number } {
  return { fromUs: fromMs * 1000, toUs: toMs * 1000 };
}

async function daysOf(
  store: Store,
  span: Span,
): Promise<{ fromMs: number; count: number; critical: number }[]> {
  const { fromMs, endMs } = span;
  const buckets = await store.alerts.histogram(alertsOf({ fromMs, toMs: endMs }), parts, 'priority');
  return buckets.map((bucket) => ({
    fromMs: Math.round(bucket.fromUs / 1000),
    count: bucket.count,
    critical: criticalOf(bucket),
  }));
}

async function countOf(store: Store, span: Span): Promise<{ count: number; critical: number }> {
  const [bucket] = await store.alerts.histogram(alertsOf(span), 1, 'priority');
  return bucket === undefined
    ? { count: 0, critical: 0 }
    : { count: bucket.count, critical: criticalOf(bucket) };
}

function criticalOf({ by }: HistogramBucket): number {
  return (by['Critical'] ?? 0) + (by['Alert'] ?? 0) + (by['Emergency'] ?? 0);
}

function lookAt(
  store: Store,
  { fromMs }: Span,
  query: FindingQuery,
  limit: number,
  more: Partial<FindingAsk> = {},
): Promise<FindingLook> {
  return store.findings.look(query, {
    by: null,
    limit,
    facets: [],
    facetLimit: 1,
    upgrades: 0,
    trend: null,
    sinceMs: fromMs,
    ...more,
  });
}

function changesOf({ changes }: FindingLook): ChangeCounts {
  return changes?.now ?? { new: 0, fixed: 0, reappeared: 0 };
}

async function noisyRules(
  store: Store,
  span: Span,
): Promise<{ rule: string; count: number; before: number }[]> {
  const { rule: now = [] } = await store.alerts.facets(alertsOf(span), ['rule'], 10);
  const names = now.map(({ value }) => value);
  const { rule: before = [] } =
    names.length === 0
      ? {}
      : await store.alerts.facets({ ...alertsOf(spanBefore(span)), any: { rule: names } }, ['rule'], 10);
  const counts = new Map(before.map(({ value, count }) => [value, count]));
  return now.map(({ value, count }) => ({ rule: value, count, before: counts.get(value) ?? 0 }));
}

async function blindOf(store: Store, span: Span): Promise<Result<'report'>['blind']> {
  const query = { ...alertsOf(span), any: { rule: [blindRule] } };
  const [count, { alerts }] = await Promise.all([
    store.alerts.count(query),
    store.alerts.search(query, shown),
  ]);
  const intervals = alerts.map(({ event, timeUs, node }) => {
    const fields = event.output_fields;
    const toMs = timeUs / 1000;
    const rules = fields['blind.rules'];
    return {
      fromMs: millis(fields['blind.from']) ?? toMs,
      toMs,
      node,
      rules: Array.isArray(rules) ? rules.map(String) : [],
      lost: typeof fields['blind.lost'] === 'string' ? fields['blind.lost'] : '',
    };
  });
  return { count, intervals };
}

/** Nanoseconds of an event, which may be beyond what numbers hold exactly. */
function millis(ns: unknown): number | null {
  const ms = typeof ns === 'bigint' || typeof ns === 'number' ? Number(ns) / 1_000_000 : NaN;
  return Number.isFinite(ms) ? ms : null;
}

async function coverageOf(store: Store, { fromMs, toMs }: Span): Promise<Result<'report'>['coverage']> {
  const artifacts = (await store.findings.artifacts(toMs)).filter(({ retiredMs }) => retiredMs === null);
  const stale = artifacts.filter(({ scannedMs }) => scannedMs < fromMs);
  return {
    artifacts: artifacts.length,
    scanned: artifacts.length - stale.length,
    stale: stale
      .sort((a, b) => a.scannedMs - b.scannedMs)
      .slice(0, shown)
      .map(({ key, names, scannedMs }) => ({ name: names[0] ?? key, scannedMs })),
  };
}

/** Of the newest thousand dead letters. */
async function refusedOf(store: Store, { fromMs, toMs }: Span): Promise<Result<'report'>['refused']> {
  const letters = await store.deliveries.deadLetters(null, mostLetters);
  const within = letters.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);
  return Array.from(
    Map.groupBy(within, ({ destination }) => destination),
    ([destination, list]) => ({ destination, count: list.length, reason: list[0]?.reason ?? '' }),
  ).sort((a, b) => b.count - a.count);
}
