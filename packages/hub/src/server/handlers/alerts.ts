import { type AlertFacet, alertFacets, type AlertQuery } from '@lanner/api';
import type { alertRoutes } from '@lanner/api/http';
import { AppError } from '@lanner/core';
import type { AlertStore } from '../../store/alert-store.ts';
import { checkHistogram } from '../../store/check-query.ts';
import type { Handlers } from '../api.ts';
import { alertQueryOf } from '../query.ts';

export function alertHandlers(alerts: AlertStore): Handlers<typeof alertRoutes> {
  return {
    async searchAlerts({ query, nowMs }) {
      return mutable(await alerts.search(alertQueryOf(query, nowMs), query.limit, query.cursor));
    },
    async countAlerts({ query, nowMs }) {
      const { count, share } = await alerts.look(alertQueryOf(query, nowMs), { withinMs: query.within_ms });
      return { count, share };
    },
    async alertFacets({ query, nowMs }) {
      const ask = { facets: facetsOf(query.facets), values: query.limit, withinMs: query.within_ms };
      const { facets, share } = await alerts.look(alertQueryOf(query, nowMs), ask);
      return mutable({ facets, share });
    },
    async alertHistogram({ query, nowMs }) {
      const asked = histogramRange(alertQueryOf(query, nowMs), nowMs);
      const { buckets: number, by, within_ms: withinMs } = query;
      const histogram = { ...checkHistogram(asked, number), buckets: number, by };
      const { buckets, share } = await alerts.look(asked, { histogram, withinMs });
      return mutable({ buckets, share });
    },
    async alertGroups({ query, nowMs }) {
      return mutable(await alerts.groups(alertQueryOf(query, nowMs), query.limit, query.cursor));
    },
    async getAlert({ params: { id = '' } }) {
      const alert = await alerts.get(id);
      if (alert === null) {
        throw new AppError('store.missing', `there is no alert ${id}`);
      }
      return mutable({ alert, triage: await alerts.triage(alert.fingerprint) });
    },
    async triageAlerts({ query, body, principal, nowMs }) {
      return { groups: await alerts.act(alertQueryOf(query, nowMs), body, principal.name, nowMs) };
    },
  };
}

const dayUs = 86_400_000_000;

/** Up to now, and a day, where a query does not say otherwise. */
export function histogramRange(query: AlertQuery, nowMs: number): AlertQuery {
  const toUs = query.toUs ?? nowMs * 1000;
  return { ...query, fromUs: query.fromUs ?? toUs - dayUs, toUs };
}

/** Facets of which people choose values. */
export const usualFacets: readonly AlertFacet[] = alertFacets.filter(
  (facet) => facet !== 'fingerprint' && facet !== 'pod',
);

function facetsOf(names: readonly string[] | undefined): readonly AlertFacet[] {
  if (names === undefined) {
    return usualFacets;
  }
  const facets = alertFacets.filter((facet) => names.includes(facet));
  const unknown = names.find((name) => !facets.includes(name as AlertFacet));
  if (unknown !== undefined) {
    throw new AppError('query.invalid', `there is no facet ${unknown}`, {
      hint: `There are ${alertFacets.join(', ')}.`,
    });
  }
  return facets;
}

type Mutable<T> = T extends string | number | boolean | bigint | null | undefined
  ? T
  : { -readonly [Key in keyof T]: Mutable<T[Key]> };

/** What is only written out need not be read-only; schemas have no word for that. */
export function mutable<T>(value: T): Mutable<T> {
  return value as Mutable<T>;
}
