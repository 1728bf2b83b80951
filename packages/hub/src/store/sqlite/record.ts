import { exactJson, type NewAlert, parseExactJson, priorityNames, type StoredAlert } from '@lanner/api';
import { facetValues } from '../alert-values.ts';
import { columnFacets } from './columns.ts';

/** An alert on its way to the thread that writes. Texts are those that are searched, the rest is JSON. */
export interface PackedAlert {
  readonly id: string;
  readonly timeUs: number;
  readonly receivedMs: number;
  /** Index in `priorityNames`. */
  readonly priority: number;
  /** Values in the order of `columnFacets`. */
  readonly values: readonly string[];
  readonly texts: string;
  readonly rest: string;
}

/** Texts before those of fields: output, rule, node. */
const headTexts = 3;

/** Lies between searched texts; no query has it. */
const separator = '\0';

/**
 * How the fields of an alert follow from its texts, in order: a name alone has the next text as its value; in a list of
 * one the next text is JSON; in a list of two the value is the second, and `true` as a third skips a text.
 */
type FieldPlan = string | readonly [string] | readonly [string, unknown] | readonly [string, unknown, true];

/** What the texts do not say. Short names, as there is one of each for an alert. */
interface Rest {
  readonly i: string;
  readonly r: number;
  readonly u: string;
  readonly t: string;
  readonly k: readonly FieldPlan[];
  /** Parts of the workload: as they are, the number of the text that says the same, or of two with a colon between. */
  readonly w: readonly WorkloadPart[];
  /** Where it came from, if that is not what the column of the node says; true for the node. */
  readonly h?: string | true;
  readonly d?: string;
  /** Texts that UTF-8 cannot hold, or that have the separator: output, rule, node. */
  readonly x?: readonly [string, string, string];
  readonly m?: Pick<NewAlert, 'facts' | 'lineage' | 'matched'>;
  readonly g?: readonly string[];
  readonly s: string;
  readonly p: number;
  /** The fingerprint: only in records of schema 1, later ones have it in their column alone. */
  readonly f?: string;
}

type WorkloadPart = string | number | readonly [number, number];

export function packAlert(alert: NewAlert, held: string | null): PackedAlert {
  const { id, timeUs, receivedMs, event } = alert;
  const { texts, rest } = splitAlert(alert, held);
  const priority = priorityNames.indexOf(event.priority);
  const values = columnFacets.map((facet) =>
    facet === 'tags' ? JSON.stringify(event.tags ?? []) : (facetValues(alert, facet)[0] ?? '').toWellFormed(),
  );
  return { id, timeUs, receivedMs, priority, values, texts, rest };
}

function splitAlert(alert: NewAlert, held: string | null): { texts: string; rest: string } {
  const { event, node, workload, facts, lineage, matched } = alert;
  const heads = [event.output, event.rule, node] as const;
  const texts: string[] = heads.map(plain);
  const plans: FieldPlan[] = [];
  for (const [name, value] of Object.entries(event.output_fields)) {
    plans.push(planOf(name, value, texts));
  }
  const more = {
    ...(facts === undefined ? {} : { facts }),
    ...(lineage === undefined ? {} : { lineage }),
    ...(matched === undefined ? {} : { matched }),
  };
  const rest: Rest = {
    i: alert.id,
    r: alert.receivedMs,
    u: event.uuid,
    t: event.time,
    s: event.source,
    p: priorityNames.indexOf(event.priority),
    k: plans,
    w: [workload.namespace, workload.pod, workload.containerId, workload.container, workload.image].map(
      (part) => workloadPart(part, texts),
    ),
    ...(event.tags === undefined ? {} : { g: event.tags }),
    ...(event.hostname === undefined ? {} : { h: event.hostname === node ? true : event.hostname }),
    ...(held === null ? {} : { d: held }),
    ...(heads.every((text) => plain(text) === text) ? {} : { x: heads }),
    ...(Object.keys(more).length === 0 ? {} : { m: more }),
  };
  return { texts: texts.join(separator), rest: json(rest) };
}

/** Adds the text of a value, and says how the value follows from it. */
function planOf(name: string, value: unknown, texts: string[]): FieldPlan {
  if (value === null || value === undefined) {
    return [name, null];
  }
  if (typeof value === 'string') {
    const text = plain(value);
    texts.push(text);
    return text === value ? name : [name, value, true];
  }
  texts.push(plain(exactJson(value)));
  return [name];
}

/** Workloads are mostly made of fields: where a text says it, it need not be said again. */
function workloadPart(part: string, texts: readonly string[]): WorkloadPart {
  const at = texts.indexOf(part, headTexts);
  if (at >= 0 || part === '') {
    return at >= 0 ? at : part;
  }
  const colon = part.lastIndexOf(':');
  const first = texts.indexOf(part.slice(0, colon), headTexts);
  const second = texts.indexOf(part.slice(colon + 1), headTexts);
  return colon > 0 && first >= 0 && second >= 0 ? [first, second] : part;
}

function partOf(part: WorkloadPart | undefined, texts: readonly string[]): string {
  if (typeof part === 'number') {
    return texts[part] ?? '';
  }
  return typeof part === 'object' ? part.map((at) => texts[at]).join(':') : (part ?? '');
}

function plain(text: string): string {
  return text.toWellFormed().replaceAll(separator, ' ');
}

/** JSON.stringify is several times as fast as what writes bigints, and refuses them. */
function json(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof TypeError) {
      return exactJson(value);
    }
    throw error;
  }
}

export function idOfRest(rest: string): string {
  return (JSON.parse(rest) as Rest).i;
}

export interface RecordPlace {
  readonly position: number;
  readonly timeUs: number;
  readonly fingerprint: string;
  readonly status: StoredAlert['status'];
}

/** The inverse of `packAlert`. */
export function unpackAlert(textsOfAlert: string, restText: string, place: RecordPlace): StoredAlert {
  const rest = parseExactJson(restText) as Rest;
  const texts = textsOfAlert.split(separator);
  const [output, rule, node] = rest.x ?? (texts as [string, string, string]);
  const fields: [string, unknown][] = [];
  let at = headTexts;
  for (const plan of rest.k) {
    if (typeof plan === 'string') {
      fields.push([plan, texts[at++]]);
    } else if (plan.length === 1) {
      fields.push([plan[0], parseExactJson(texts[at++] ?? 'null')]);
    } else {
      fields.push([plan[0], plan[1]]);
      at += plan.length === 3 ? 1 : 0;
    }
  }
  const [namespace = '', pod = '', containerId = '', container = '', image = ''] = rest.w.map((part) =>
    partOf(part, texts),
  );
  return {
    id: rest.i,
    receivedMs: rest.r,
    timeUs: place.timeUs,
    event: {
      uuid: rest.u,
      output,
      priority: priorityNames[rest.p] ?? 'Debug',
      rule,
      time: rest.t,
      source: rest.s,
      output_fields: Object.fromEntries(fields),
      ...(rest.g === undefined ? {} : { tags: rest.g }),
      ...(rest.h === undefined ? {} : { hostname: rest.h === true ? node : rest.h }),
    },
    node,
    workload: { namespace, pod, containerId, container, image },
    fingerprint: place.fingerprint,
    ...rest.m,
    position: place.position,
    status: place.status,
    held: rest.d ?? null,
  };
}
