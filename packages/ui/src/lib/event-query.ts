import { alertFacets } from '@lanner/api';

/** Parameters of the address that say which alerts; all others are about how they are shown. */
const names = new Set([
  'q',
  'from',
  'to',
  'min_priority',
  ...alertFacets,
  ...alertFacets.map((name) => `not.${name}`),
]);

export const usualRange = '24h';

/** What the address asks for, as the API takes it. */
export function eventQuery(query: URLSearchParams): URLSearchParams {
  const asked = new URLSearchParams();
  for (const [name, value] of query) {
    if (names.has(name) && value !== '') {
      asked.append(name, value);
    }
  }
  if (asked.get('from') === null) {
    asked.set('from', usualRange);
  } else if (asked.get('from') === 'all') {
    asked.delete('from');
  }
  return asked;
}

/** The same without time, as silences take it: values of a facet as a list. */
export function silenceConditions(query: URLSearchParams): Record<string, string | string[]> {
  const conditions: Record<string, string | string[]> = {};
  for (const name of new Set(eventQuery(query).keys())) {
    if (name === 'from' || name === 'to') {
      continue;
    }
    const values = query.getAll(name);
    conditions[name] = name === 'q' || name === 'min_priority' ? (values[0] ?? '') : values;
  }
  return conditions;
}
