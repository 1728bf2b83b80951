import { type AlertFacet, type AlertQuery, type NewAlert, priorityNames } from '@lanner/api';
import { facetValues, searchedTexts } from './alert-values.ts';
import { foldText, parseContained, parseText, termTest } from './text-query.ts';

/** An alert that is stored, or about to be. */
export type MatchedAlert = NewAlert & { readonly status?: 'open' | 'acknowledged' };

/** Whether an alert is one of a query, in plain words: what stores must find, and what silences hold back. */
export function alertMatcher(query: AlertQuery): (alert: MatchedAlert) => boolean {
  const { fromUs = -Infinity, toUs = Infinity, minPriority, text = '', contains = '' } = query;
  const least = minPriority === undefined ? Infinity : priorityNames.indexOf(minPriority);
  const any = conditionsOf(query.any);
  const none = conditionsOf(query.none);
  const tests = [...parseText(text), ...parseContained(contains)].map(termTest);
  return (alert) =>
    alert.timeUs >= fromUs &&
    alert.timeUs < toUs &&
    priorityNames.indexOf(alert.event.priority) <= least &&
    any.every(([facet, wanted]) => hasOne(alert, facet, wanted)) &&
    !none.some(([facet, wanted]) => hasOne(alert, facet, wanted)) &&
    (tests.length === 0 || hasTexts(alert, tests));
}

type Condition = readonly [facet: AlertFacet, wanted: ReadonlySet<string>];

function conditionsOf(conditions: AlertQuery['any'] = {}): Condition[] {
  // Keys of the record are facets.
  return (Object.entries(conditions) as [AlertFacet, readonly string[]][]).map(([facet, values]) => [
    facet,
    new Set(values),
  ]);
}

/** An alert without tags has the empty one; one that is not stored yet is open. */
function hasOne(alert: MatchedAlert, facet: AlertFacet, wanted: ReadonlySet<string>): boolean {
  const values = facet === 'status' ? [alert.status ?? 'open'] : facetValues(alert, facet);
  return (values.length === 0 ? [''] : values).some((value) => wanted.has(value));
}

function hasTexts(alert: MatchedAlert, tests: readonly ((folded: string) => boolean)[]): boolean {
  const texts = searchedTexts(alert).map(foldText);
  return tests.every((occurs) => texts.some(occurs));
}
