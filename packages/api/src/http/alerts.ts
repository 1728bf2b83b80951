import { z } from 'zod';
import { alertFacets } from '../alerts/alert.ts';
import { priorityNames } from '../alerts/falco-event.ts';
import { Done, limitOf, Moment, Nothing, Values } from './common.ts';
import { defineRoute } from './route.ts';

const facetQuery = Object.fromEntries(
  alertFacets.flatMap((facet) => [
    [facet, Values.optional().describe(`Any of these values of ${facet}.`)],
    [`not.${facet}`, Values.optional().describe(`None of these values of ${facet}.`)],
  ]),
);

/** Which alerts, as members of a query. */
export const alertConditions = {
  from: Moment.optional(),
  to: Moment.optional(),
  min_priority: z.enum(priorityNames).optional().describe('At least as urgent as this.'),
  q: z
    .string()
    .max(1000)
    .optional()
    .describe(
      'Words that occur in output, rule, host or fields; "in quotes" as they stand; word* begins one.',
    ),
  ...facetQuery,
};

const withinMs = z.coerce.number().int().min(10).max(60_000);

/** For a count, which is exact where nobody asks for an answer in time. */
export const Within = withinMs
  .optional()
  .describe(
    'Milliseconds after which the answer has what was counted so far, the newest first. Counting a phrase that nobody asked for before takes about a second for a million alerts; asked again, it gets further. Exact if absent, however long it takes.',
  );

/** For what shows many counts at once: in time, though maybe not of everything. */
export const InTime = withinMs
  .default(100)
  .describe(
    'Milliseconds after which the answer has what was counted so far, the newest first; share says of how many alerts that is. 100 are enough for all alerts, but for a phrase that nobody asked for before: give more, or ask again.',
  );

export const Share = z
  .number()
  .describe(
    'Share of the alerts that was looked at, 0 to 1. Less than 1: there are at least as many as counted.',
  );

/** Which alerts, as a query says it. */
export const AlertConditions = z.strictObject(alertConditions);
export type AlertConditions = z.infer<typeof AlertConditions>;

export const Alert = z.strictObject({
  id: z.string(),
  position: z.number(),
  receivedMs: z.number(),
  timeUs: z.number(),
  node: z.string(),
  workload: z.strictObject({
    namespace: z.string(),
    pod: z.string(),
    containerId: z.string(),
    container: z.string(),
    image: z.string(),
  }),
  fingerprint: z.string(),
  status: z.enum(['open', 'acknowledged']),
  held: z.string().nullable(),
  event: z.looseObject({
    uuid: z.string(),
    output: z.string(),
    priority: z.enum(priorityNames),
    rule: z.string(),
    time: z.string(),
  }),
  facts: z.record(z.string(), z.unknown()).optional(),
  lineage: z
    .array(
      z.strictObject({
        name: z.string(),
        exe: z.string(),
        args: z.string(),
        pid: z.number(),
        startTimeNs: z.string(),
      }),
    )
    .optional(),
  matched: z.array(z.string()).optional(),
});

const Triage = z.strictObject({
  status: z.enum(['open', 'acknowledged']),
  acknowledgedBy: z.string().nullable(),
  acknowledgedMs: z.number().nullable(),
  assignee: z.string().nullable(),
  comments: z.array(z.strictObject({ author: z.string(), atMs: z.number(), text: z.string() })),
});

const Page = { limit: limitOf(1000, 100), cursor: z.string().max(200).optional() };

export const alertRoutes = {
  searchAlerts: defineRoute({
    method: 'get',
    path: '/api/v1/alerts',
    summary: 'Alerts, newest first.',
    scope: 'view',
    query: z.strictObject({ ...alertConditions, ...Page }),
    body: Nothing,
    result: z.strictObject({ alerts: z.array(Alert), cursor: z.string().nullable() }),
  }),
  countAlerts: defineRoute({
    method: 'get',
    path: '/api/v1/alerts/count',
    summary: 'How many alerts there are.',
    scope: 'view',
    query: z.strictObject({ ...alertConditions, within_ms: Within }),
    body: Nothing,
    result: z.strictObject({ count: z.number(), share: Share }),
  }),
  alertFacets: defineRoute({
    method: 'get',
    path: '/api/v1/alerts/facets',
    summary: 'The most frequent values of each facet.',
    scope: 'view',
    query: z.strictObject({
      ...alertConditions,
      facets: Values.optional(),
      limit: limitOf(1000, 20),
      within_ms: InTime,
    }),
    body: Nothing,
    result: z.strictObject({
      share: Share,
      facets: z.record(z.string(), z.array(z.strictObject({ value: z.string(), count: z.number() }))),
    }),
  }),
  alertHistogram: defineRoute({
    method: 'get',
    path: '/api/v1/alerts/histogram',
    summary: 'Counts over time in equal buckets.',
    scope: 'view',
    query: z.strictObject({
      ...alertConditions,
      buckets: limitOf(1000, 60),
      by: z.enum(alertFacets).optional(),
      within_ms: InTime,
    }),
    body: Nothing,
    result: z.strictObject({
      share: Share,
      buckets: z.array(
        z.strictObject({ fromUs: z.number(), count: z.number(), by: z.record(z.string(), z.number()) }),
      ),
    }),
  }),
  alertGroups: defineRoute({
    method: 'get',
    path: '/api/v1/alerts/groups',
    summary: 'Alerts that are the same thing happening again, as one.',
    scope: 'view',
    query: z.strictObject({ ...alertConditions, ...Page }),
    body: Nothing,
    result: z.strictObject({
      groups: z.array(
        z.strictObject({
          fingerprint: z.string(),
          count: z.number(),
          firstUs: z.number(),
          lastUs: z.number(),
          latest: Alert,
          triage: Triage,
        }),
      ),
      cursor: z.string().nullable(),
    }),
  }),
  getAlert: defineRoute({
    method: 'get',
    path: '/api/v1/alerts/:id',
    summary: 'One alert, and what people made of its group.',
    scope: 'view',
    query: Nothing,
    body: Nothing,
    result: z.strictObject({ alert: Alert, triage: Triage }),
  }),
  triageAlerts: defineRoute({
    method: 'post',
    path: '/api/v1/alerts/triage',
    summary: 'Acts on all groups that have an alert of the conditions.',
    scope: 'triage',
    audit: 'alerts.triage',
    query: AlertConditions,
    body: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('acknowledge') }),
      z.strictObject({ kind: z.literal('reopen') }),
      z.strictObject({ kind: z.literal('assign'), to: z.string().max(200).nullable() }),
      z.strictObject({ kind: z.literal('comment'), text: z.string().min(1).max(10_000) }),
    ]),
    result: z.strictObject({ groups: z.number() }),
  }),
};

export const Silence = z.strictObject({
  id: z.string(),
  conditions: AlertConditions.omit({ from: true, to: true }),
  reason: z.string(),
  by: z.string(),
  createdMs: z.number(),
  expiresMs: z.number(),
});

export const ExceptionProposal = z.strictObject({
  rule: z.string(),
  name: z.string().regex(/^[a-zA-Z0-9_-]{1,80}$/),
  fields: z.array(z.string()).min(1).max(10),
  comps: z
    .array(z.enum(['=', 'in', 'startswith', 'endswith', 'contains']))
    .min(1)
    .max(10),
  values: z
    .array(z.array(z.union([z.string(), z.array(z.string())])))
    .min(1)
    .max(1000),
});

export const ExceptionEffect = z.strictObject({
  text: z.string().describe('The exception as a rule file.'),
  hidden: z.number().describe('Stored alerts of the rule that would not have been raised.'),
  kept: z.number(),
  unknown: z.number().describe('Alerts that lack a field that the exception asks for.'),
  examined: z.number(),
  complete: z.boolean().describe('False when there are more alerts than were examined.'),
  chosen: z
    .strictObject({ hidden: z.number(), kept: z.number(), unknown: z.number() })
    .nullable()
    .describe('Of these, the alerts that the exception was made of; null where it was made of none.'),
});

export const calmRoutes = {
  listSilences: defineRoute({
    method: 'get',
    path: '/api/v1/silences',
    summary: 'Silences that have not expired.',
    scope: 'view',
    query: Nothing,
    body: Nothing,
    result: z.strictObject({ silences: z.array(Silence) }),
  }),
  createSilence: defineRoute({
    method: 'post',
    path: '/api/v1/silences',
    summary:
      'Tells nobody of alerts of these conditions until the silence expires. They are stored all the same.',
    scope: 'triage',
    audit: 'silence.create',
    query: Nothing,
    body: z.strictObject({
      conditions: AlertConditions.omit({ from: true, to: true }),
      reason: z.string().min(1).max(1000),
      expiresMs: z.number().int().positive(),
    }),
    result: Silence,
  }),
  endSilence: defineRoute({
    method: 'delete',
    path: '/api/v1/silences/:id',
    summary: 'Ends a silence.',
    scope: 'triage',
    audit: 'silence.end',
    query: Nothing,
    body: Nothing,
    result: Done,
  }),
  proposeException: defineRoute({
    method: 'post',
    path: '/api/v1/exceptions/propose',
    summary: 'Proposes an exception that covers the chosen alerts of one rule, and tells what it would hide.',
    scope: 'view',
    query: AlertConditions,
    body: z.strictObject({ fields: z.array(z.string()).max(10).optional() }),
    result: z.strictObject({ proposal: ExceptionProposal, effect: ExceptionEffect }),
  }),
  previewException: defineRoute({
    method: 'post',
    path: '/api/v1/exceptions/preview',
    summary: 'Replays an exception over the stored alerts of its rule.',
    scope: 'view',
    query: Nothing,
    body: ExceptionProposal,
    result: ExceptionEffect,
  }),
  saveException: defineRoute({
    method: 'post',
    path: '/api/v1/exceptions',
    summary:
      'Saves an exception, and runs it with the rules of this process; agents take it with their next heartbeat.',
    scope: 'triage',
    audit: 'exception.save',
    query: Nothing,
    body: ExceptionProposal,
    result: z.strictObject({
      id: z.string(),
      text: z.string(),
      applied: z.boolean().describe('It is in force here.'),
    }),
  }),
  listExceptions: defineRoute({
    method: 'get',
    path: '/api/v1/exceptions',
    summary: 'Saved exceptions, and all of them as one rule file.',
    scope: 'view',
    query: Nothing,
    body: Nothing,
    result: z.strictObject({
      exceptions: z.array(
        z.strictObject({ id: z.string(), proposal: ExceptionProposal, by: z.string(), savedMs: z.number() }),
      ),
      text: z.string(),
    }),
  }),
  removeException: defineRoute({
    method: 'delete',
    path: '/api/v1/exceptions/:id',
    summary: 'Removes an exception.',
    scope: 'triage',
    audit: 'exception.remove',
    query: Nothing,
    body: Nothing,
    result: Done,
  }),
};

/** What is no answer but goes on: alerts of a query as they come. */
export const liveRoutes = {
  followAlerts: defineRoute({
    method: 'get',
    path: '/api/v1/alerts/stream',
    summary:
      'Alerts as they come, as server-sent events: start, then alert with an alert as JSON, and heartbeat when nothing comes; with Last-Event-ID from there on.',
    scope: 'view',
    query: AlertConditions,
    body: Nothing,
    result: z.string(),
    type: 'text/event-stream',
  }),
};
