import { randomUUID } from 'node:crypto';
import type { findingRoutes } from '@lanner/api/http';
import { momentMs } from '@lanner/api';
import { AppError } from '@lanner/core';
import type { DocumentStore } from '../../store/document-store.ts';
import {
  type Acceptance,
  type FindingFacet,
  findingFacets,
  type FindingQuery,
  type FindingStore,
} from '../../store/finding-store.ts';
import type { Call, Handlers } from '../api.ts';
import { mutable } from './alerts.ts';

type Conditions =
  | Call<(typeof findingRoutes)['searchFindings']>['query']
  | Call<(typeof findingRoutes)['findingFacets']>['query'];

export function findingHandlers(
  findings: FindingStore,
  documents: DocumentStore,
): Handlers<typeof findingRoutes> {
  return {
    async searchFindings({ query, nowMs }) {
      return mutable(await findings.search(findingQueryOf(query, nowMs), query.limit, query.cursor));
    },
    async findingFacets({ query, nowMs }) {
      const asked = findingQueryOf(query, nowMs);
      const names = query.facets ?? ['kind', 'severity', 'packageName', 'fixable', 'kev'];
      const unknown = names.find((name) => !findingFacets.includes(name as FindingFacet));
      if (unknown !== undefined) {
        throw new AppError('query.invalid', `there is no facet ${unknown}`, {
          hint: `There are ${findingFacets.join(', ')}.`,
        });
      }
      const [count, facets] = await Promise.all([
        findings.count(asked),
        findings.facets(
          asked,
          findingFacets.filter((facet) => names.includes(facet)),
          query.limit,
        ),
      ]);
      return mutable({ count, facets });
    },
    async findingTrend({ query, nowMs }) {
      const fromMs = momentMs(query.from, nowMs) ?? nowMs;
      const toMs = query.to === undefined ? nowMs : (momentMs(query.to, nowMs) ?? nowMs);
      return mutable({ steps: await findings.trend(fromMs, toMs, query.steps) });
    },
    async listArtifacts({ query, nowMs }) {
      const asOf = query.as_of === undefined ? undefined : (momentMs(query.as_of, nowMs) ?? nowMs);
      return mutable({ artifacts: await findings.artifacts(asOf) });
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
  const {
    artifact,
    kind,
    severity,
    id,
    package: packageName,
    fixable,
    kev,
    as_of: asOf,
    include_fixed: includeFixed,
    q,
  } = query;
  const asked = {
    artifact,
    kinds: kind,
    severities: severity,
    id,
    packageName,
    fixable,
    kev,
    includeFixed,
    text: q,
    asOfMs: asOf === undefined ? undefined : (momentMs(asOf, nowMs) ?? nowMs),
  };
  // Conditions that were not given are left out, not undefined.
  return Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
}
