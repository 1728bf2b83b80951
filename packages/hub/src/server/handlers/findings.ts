import { randomUUID } from 'node:crypto';
import type { findingRoutes, ResultOf } from '@lanner/api/http';
import { momentMs } from '@lanner/api';
import { AppError } from '@lanner/core';
import type { DocumentStore } from '../../store/document-store.ts';
import { isAbout } from '../../store/finding-rules.ts';
import {
  type Acceptance,
  type FindingFacet,
  findingFacets,
  type FindingQuery,
  type FindingStore,
  type StoredFinding,
} from '../../store/finding-store.ts';
import type { Call, Handlers } from '../api.ts';
import { acceptancesWithin, acceptanceShape } from './acceptances.ts';
import { mutable } from './alerts.ts';
import type { ServerFacts } from './server.ts';

type Conditions = Call<
  (typeof findingRoutes)['searchFindings' | 'findingFacets' | 'lookAtFindings']
>['query'];
type Result<Name extends keyof typeof findingRoutes> = ResultOf<(typeof findingRoutes)[Name]>;

export function findingHandlers(
  findings: FindingStore,
  documents: DocumentStore,
  scan: ServerFacts['scan'] = () => null,
): Handlers<typeof findingRoutes> {
  return {
    async searchFindings({ query, nowMs }) {
      return mutable(await findings.search(findingQueryOf(query, nowMs), query.limit, query.cursor));
    },
    async findingFacets({ query, nowMs }) {
      const asked = findingQueryOf(query, nowMs);
      const names = facetsOf(query.facets ?? ['kind', 'severity', 'packageName', 'fixable', 'kev']);
      const [count, facets] = await Promise.all([
        findings.count(asked),
        findings.facets(asked, names, query.limit),
      ]);
      return mutable({ count, facets });
    },
    lookAtFindings: async (call) => ({ ...(await look(findings, call)), scan: scan() }),
    getFinding: (call) => findingOf(findings, documents, call),
    async findingTrend({ query, nowMs }) {
      const fromMs = momentMs(query.from, nowMs) ?? nowMs;
      const toMs = query.to === undefined ? nowMs : (momentMs(query.to, nowMs) ?? nowMs);
      return mutable({ steps: await findings.trend(fromMs, toMs, query.steps) });
    },
    async listArtifacts({ query, nowMs }) {
      const asOf = query.as_of === undefined ? undefined : (momentMs(query.as_of, nowMs) ?? nowMs);
      return mutable({ artifacts: await findings.artifacts(asOf), scan: scan() });
    },
    async listAcceptances({ query, nowMs }) {
      const fromMs = query.expired === true ? 0 : nowMs;
      return mutable({ acceptances: await acceptancesWithin(findings, documents, { fromMs }) });
    },
    async acceptRisk({ body, principal, nowMs }) {
      if (body.untilMs !== null && body.untilMs <= nowMs) {
        throw new AppError('usage.invalid', 'the acceptance would have expired already');
      }
      const id = randomUUID();
      const acceptance: Acceptance = {
        findingId: body.id,
        artifact: body.artifact ?? null,
        packageName: body.package ?? null,
        untilMs: body.untilMs,
        reason: body.reason,
        by: principal.name,
      };
      await documents.put('acceptance', id, acceptance);
      return { id };
    },
    async endAcceptance({ params: { id = '' } }) {
      if (!(await documents.remove('acceptance', id))) {
        throw new AppError('store.missing', `there is no acceptance ${id}`);
      }
      return { ok: true };
    },
  };
}

function findingQueryOf(query: Conditions, nowMs: number): FindingQuery {
  const { as_of: asOf, change, since } = query;
  const atMs = asOf === undefined ? nowMs : momentOr(asOf, nowMs, nowMs);
  const asked = {
    artifacts: query.artifact,
    kinds: query.kind,
    severities: query.severity,
    ids: query.id,
    packageNames: query.package,
    fixable: query.fixable,
    kev: query.kev,
    minEpss: query.min_epss,
    accepted: query.accepted,
    change:
      change === undefined ? undefined : { kind: change, sinceMs: momentOr(since, atMs, atMs - weekMs) },
    includeFixed: query.include_fixed,
    text: query.q,
    asOfMs: asOf === undefined ? undefined : atMs,
  };
  // Conditions that were not given are left out, not undefined.
  return Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
}

function momentOr(text: string | undefined, nowMs: number, usual: number): number {
  return text === undefined ? usual : (momentMs(text, nowMs) ?? usual);
}

/** Names of facets that there are. Throws AppError 'query.invalid' for others. */
function facetsOf(names: readonly string[]): readonly FindingFacet[] {
  const unknown = names.find((name) => !findingFacets.includes(name as FindingFacet));
  if (unknown !== undefined) {
    throw new AppError('query.invalid', `there is no facet ${unknown}`, {
      hint: `There are ${findingFacets.join(', ')}.`,
    });
  }
  return findingFacets.filter((facet) => names.includes(facet));
}

const weekMs = 7 * 86_400_000;

async function look(
  findings: FindingStore,
  { query, nowMs }: Call<(typeof findingRoutes)['lookAtFindings']>,
): Promise<Omit<Result<'lookAtFindings'>, 'scan'>> {
  const asked = findingQueryOf(query, nowMs);
  const atMs = Math.min(asked.asOfMs ?? nowMs, nowMs);
  // How long ago is how long before the moment that is asked about.
  const sinceMs = Math.min(momentOr(query.since, atMs, atMs - weekMs), atMs);
  const { changes, ...answer } = await findings.look(asked, {
    by: query.by === undefined ? null : query.by === 'package' ? 'packageName' : query.by,
    limit: query.limit,
    ...(query.cursor === undefined ? {} : { cursor: query.cursor }),
    ...(query.skip === undefined ? {} : { skip: query.skip }),
    facets: facetsOf(query.facets ?? []),
    facetLimit: query.facet_limit,
    upgrades: query.upgrades,
    trend:
      query.trend_from === undefined
        ? null
        : { fromMs: Math.min(momentOr(query.trend_from, atMs, atMs), atMs), steps: query.trend_steps },
    sinceMs,
  });
  const nothing = { new: 0, fixed: 0, reappeared: 0 };
  return mutable({ atMs, sinceMs, ...answer, changes: changes ?? { now: nothing, before: nothing } });
}

async function findingOf(
  findings: FindingStore,
  documents: DocumentStore,
  { query, nowMs }: Call<(typeof findingRoutes)['getFinding']>,
): Promise<Result<'getFinding'>> {
  const { kind, id, artifact, package: place, as_of: asOf } = query;
  const time = asOf === undefined ? {} : { asOfMs: momentOr(asOf, nowMs, nowMs) };
  const asked: FindingQuery = { kinds: [kind], ids: [id], ...time };
  const finding = await findPlace(findings, { ...asked, artifacts: [artifact], includeFixed: true }, place);
  if (finding === null) {
    throw new AppError('store.missing', `there is no finding ${id} of this place`, {
      hint: 'It may have been found only after the moment that was asked about.',
    });
  }
  const [everywhere, here, acceptances] = await Promise.all([
    findings.count(asked),
    findings.count({ ...asked, artifacts: [artifact] }),
    documents.list('acceptance'),
  ]);
  return mutable({
    finding,
    acceptances: acceptances.map(acceptanceShape).filter((each) => isAbout(each, finding)),
    elsewhere: everywhere - here,
  });
}

/** An id can be in many places of one artifact: pages are looked through until the place comes. */
async function findPlace(
  findings: FindingStore,
  query: FindingQuery,
  place: string,
): Promise<StoredFinding | null> {
  let cursor: string | null = null;
  do {
    const page: { findings: readonly StoredFinding[]; cursor: string | null } = await findings.search(
      query,
      1000,
      cursor ?? undefined,
    );
    const found = page.findings.find((each) => each.package === place);
    if (found !== undefined) {
      return found;
    }
    ({ cursor } = page);
  } while (cursor !== null);
  return null;
}
