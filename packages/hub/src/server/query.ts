import { type AlertFacet, alertFacets, type AlertQuery, momentMs, type PriorityName } from '@lanner/api';

/** Conditions of a request, checked by its schema, as a query. */
export function alertQueryOf(conditions: Readonly<Record<string, unknown>>, nowMs: number): AlertQuery {
  const { from, to, min_priority: minPriority, q } = conditions;
  const any = facetsOf(conditions, '');
  const none = facetsOf(conditions, 'not.');
  return {
    ...(typeof from === 'string' ? { fromUs: microseconds(from, nowMs) } : {}),
    ...(typeof to === 'string' ? { toUs: microseconds(to, nowMs) } : {}),
    ...(any === null ? {} : { any }),
    ...(none === null ? {} : { none }),
    // The schema lets only names of priorities pass.
    ...(minPriority === undefined ? {} : { minPriority: minPriority as PriorityName }),
    ...(typeof q === 'string' && q !== '' ? { text: q } : {}),
  };
}

function microseconds(moment: string, nowMs: number): number {
  return (momentMs(moment, nowMs) ?? nowMs) * 1000;
}

function facetsOf(
  conditions: Readonly<Record<string, unknown>>,
  prefix: string,
): Partial<Record<AlertFacet, string[]>> | null {
  const found = alertFacets.flatMap((facet) => {
    const values = conditions[`${prefix}${facet}`];
    return Array.isArray(values) ? [[facet, values as string[]] as const] : [];
  });
  return found.length === 0 ? null : Object.fromEntries(found);
}
