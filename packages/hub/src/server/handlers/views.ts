import type { viewRoutes } from '@lanner/api/http';
import { type AlertQuery, blindRule, momentMs, type StoredAlert } from '@lanner/api';
import { type AgentsPart, agentStates } from './agents.ts';
import type { AlertGroup, AlertStore } from '../../store/alert-store.ts';
import type { DestinationSet } from '../../delivery/destination-set.ts';
import { checkHistogram, cursorText, frequentFirst } from '../../store/check-query.ts';
import type { Store } from '../../store/store.ts';
import type { Call, Handlers } from '../api.ts';
import { alertQueryOf } from '../query.ts';
import { acceptancesWithin } from './acceptances.ts';
import { histogramRange, mutable, usualFacets } from './alerts.ts';
import { destinationStates, type ServerFacts, serverState } from './server.ts';

export interface ViewParts extends ServerFacts {
  readonly store: Store;
  readonly destinations: DestinationSet;
  readonly agents: AgentsPart | null;
}

type Routes = typeof viewRoutes;
type Query = Call<Routes['eventsView']>['query'];
type Row = Awaited<ReturnType<Handlers<Routes>['eventsView']>>['rows'][number];

/**
 * How long figures may take, beside rows and by themselves: a phrase that nobody has asked for before is counted in a
 * second or so for a million alerts, and its rows are there at once.
 */
const patience = { withRowsMs: 100, aloneMs: 2000 } as const;
/** Characters of an output that a list has room for. */
const outputShown = 240;
const dayMs = 86_400_000;
/** What a histogram of all times goes back at most. */
const longestMs = 400 * dayMs;
const dayUs = dayMs * 1000;
/** Of what is shown: groups, rules, images, and names of agents. */
const most = { groups: 5, rules: 8, images: 8, agents: 20 } as const;

/** Whole views of the page: each is one request, however much it is made of. */
export function viewHandlers(parts: ViewParts): Handlers<Routes> {
  const { store, destinations, agents } = parts;
  const { alerts } = store;
  return {
    async eventsView({ query, nowMs }) {
      if (query.rows === 'none') {
        const figures = await figuresOf(alerts, query, patience.aloneMs, nowMs);
        return mutable({ rows: [], cursor: null, figures });
      }
      const page = await rowsOf(alerts, query, nowMs);
      const figures =
        query.cursor === undefined ? await figuresOf(alerts, query, patience.withRowsMs, nowMs) : null;
      return mutable({ ...page, figures });
    },
    async overviewView({ principal, nowMs }) {
      const [server, states, ofAlerts, ofFindings] = await Promise.all([
        serverState(store, parts, principal),
        destinationStates(destinations, store),
        dayOf(alerts, nowMs),
        findingsOf(store, nowMs),
      ]);
      return mutable({
        server,
        destinations: states,
        agents: agentsOf(agents, nowMs),
        ...ofAlerts,
        ...ofFindings,
      });
    },
  };
}

async function rowsOf(
  alerts: AlertStore,
  query: Query,
  nowMs: number,
): Promise<{ rows: Row[]; cursor: string | null }> {
  const asked = alertQueryOf(query, nowMs);
  const begin = query.cursor ?? cursorAt(query.at, nowMs);
  if (query.rows === 'groups') {
    const { groups, cursor } = await alerts.groups(asked, query.limit, begin);
    return { rows: groups.map(rowOfGroup), cursor };
  }
  const page = await alerts.search(asked, query.limit, begin);
  const rows = page.alerts.map((alert) => {
    return { alert: summaryOf(alert), times: 1, status: alert.status, assignee: null };
  });
  return { rows, cursor: page.cursor };
}

/** The place in a list behind everything that is newer than a moment. */
function cursorAt(at: string | undefined, nowMs: number): string | undefined {
  const ms = at === undefined ? null : momentMs(at, nowMs);
  return ms === null ? undefined : cursorText({ timeUs: ms * 1000, position: Number.MAX_SAFE_INTEGER });
}

async function figuresOf(alerts: AlertStore, query: Query, withinMs: number, nowMs: number) {
  const asked = alertQueryOf(query, nowMs);
  const range = checkHistogram(await wholeRange(alerts, asked, nowMs), query.buckets);
  const { facets, buckets, share } = await alerts.look(asked, {
    facets: usualFacets,
    values: query.values,
    histogram: { ...range, buckets: query.buckets, by: 'priority' },
    withinMs,
  });
  return { facets, buckets, share };
}

/** From the oldest alert where no time is asked for; one that says it is of long ago does not stretch all others away. */
async function wholeRange(alerts: AlertStore, asked: AlertQuery, nowMs: number): Promise<AlertQuery> {
  if (asked.fromUs !== undefined) {
    return histogramRange(asked, nowMs);
  }
  const oldestUs = Math.max((await alerts.oldestUs()) ?? 0, (nowMs - longestMs) * 1000);
  const { fromUs = oldestUs, toUs = 0 } = histogramRange(asked, nowMs);
  return { ...asked, fromUs: Math.min(oldestUs, fromUs), toUs };
}

function rowOfGroup({ latest, count, triage: { status, assignee } }: AlertGroup): Row {
  return { alert: summaryOf(latest), times: count, status, assignee };
}

function summaryOf({ id, timeUs, node, workload, fingerprint, status, event }: StoredAlert): Row['alert'] {
  const { priority, rule, output } = event;
  const shown = output.slice(0, outputShown).toWellFormed();
  return {
    ...{ id, timeUs, node, workload, fingerprint, status },
    event: { priority, rule, output: shown.length < output.length ? `${shown}…` : shown },
  };
}

async function dayOf(alerts: AlertStore, nowMs: number) {
  const toUs = nowMs * 1000;
  const day = { fromUs: toUs - dayUs };
  const critical = { ...day, minPriority: 'Critical', any: { status: ['open'] } } as const;
  const [{ groups }, blind, buckets, { rule = [] }] = await Promise.all([
    alerts.groups(critical, most.groups),
    alerts.count({ ...day, any: { rule: [blindRule] } }),
    alerts.histogram({ ...day, toUs }, 96, 'priority'),
    alerts.facets(day, ['rule'], most.rules),
  ]);
  return { groups: groups.map(rowOfGroup), blind, buckets, rules: rule };
}

async function findingsOf({ findings, documents }: Store, nowMs: number) {
  const soon = { fromMs: nowMs, toMs: nowMs + 7 * dayMs };
  const [exploited, artifacts, ending] = await Promise.all([
    findings.count({ kev: true, fixable: true }),
    findings.artifacts(),
    acceptancesWithin(findings, documents, soon),
  ]);
  const severities = new Map<string, number>();
  for (const { open } of artifacts) {
    for (const [severity, count] of Object.entries(open)) {
      severities.set(severity, (severities.get(severity) ?? 0) + count);
    }
  }
  const urgent = ({ open }: (typeof artifacts)[number]): number => open.CRITICAL + open.HIGH;
  const scans = artifacts.map(({ scannedMs }) => scannedMs);
  return {
    findings: {
      severities: Array.from(severities, ([value, count]) => ({ value, count }))
        .filter(({ count }) => count > 0)
        .sort(frequentFirst),
      exploited,
      expiring: ending.filter(({ findings: open }) => open > 0).length,
    },
    artifacts: {
      total: artifacts.length,
      scannedMs: scans.length === 0 ? null : Math.max(...scans),
      worst: artifacts
        .filter((each) => urgent(each) > 0)
        .sort((a, b) => urgent(b) - urgent(a))
        .slice(0, most.images),
    },
  };
}

function agentsOf(part: AgentsPart | null, nowMs: number) {
  const states = agentStates(part, nowMs);
  const away = states.filter(({ state }) => state === 'away');
  return {
    total: states.length,
    connected: states.filter(({ state }) => state === 'connected').length,
    away: away.slice(0, most.agents).map(({ name }) => name),
  };
}
