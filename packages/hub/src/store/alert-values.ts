import { type AlertFacet, exactJson, type NewAlert } from '@lanner/api';

/** Facets that an alert has from the beginning; `status` changes with its group. */
export type FixedFacet = Exclude<AlertFacet, 'status'>;

/** The values of an alert for a facet: any number of tags, otherwise one, empty where it says nothing. */
export function facetValues(alert: NewAlert, facet: FixedFacet): readonly string[] {
  const { event, workload } = alert;
  switch (facet) {
    case 'tags':
      return event.tags ?? [];
    case 'priority':
    case 'rule':
    case 'source':
      return [event[facet]];
    case 'hostname':
      return [alert.node];
    case 'container':
      return [workload.container === '' ? workload.containerId : workload.container];
    case 'namespace':
    case 'pod':
    case 'image':
      return [workload[facet]];
    case 'fingerprint':
      return [alert.fingerprint];
  }
}

/** The texts of an alert that are searched: output, rule, host and the values of output fields. */
export function searchedTexts({ event, node }: Pick<NewAlert, 'event' | 'node'>): string[] {
  const texts = [event.output, event.rule, node];
  for (const value of Object.values(event.output_fields)) {
    if (typeof value === 'string') {
      texts.push(value);
    } else if (value !== null && value !== undefined) {
      // A number, a bigint or a boolean reads the same in JSON.
      texts.push(exactJson(value));
    }
  }
  return texts;
}
