import { z } from 'zod';
import { Alert, alertConditions, alertRoutes, Share } from './alerts.ts';
import { limitOf, Moment, Nothing } from './common.ts';
import { findingRoutes } from './findings.ts';
import { defineRoute } from './route.ts';
import { destinationRoutes, serverRoutes } from './server.ts';

/** What a list shows of an alert; its output is cut. */
export const AlertSummary = Alert.pick({
  id: true,
  timeUs: true,
  node: true,
  workload: true,
  fingerprint: true,
  status: true,
}).extend({
  event: z.strictObject({ priority: Alert.shape.event.shape.priority, rule: z.string(), output: z.string() }),
});
export type AlertSummary = z.infer<typeof AlertSummary>;

/** An alert, or a group of them by its latest. */
export const EventRow = z.strictObject({
  alert: AlertSummary,
  times: z.number().describe('Alerts of the group that match; 1 for an alert by itself.'),
  status: z.enum(['open', 'acknowledged']),
  assignee: z.string().nullable(),
});
export type EventRow = z.infer<typeof EventRow>;

const { facets } = alertRoutes.alertFacets.result.shape;
const { buckets } = alertRoutes.alertHistogram.result.shape;

/** All that a view of the page shows, in one answer: one request for each time that it is brought up to date. */
export const viewRoutes = {
  eventsView: defineRoute({
    method: 'get',
    path: '/api/v1/views/events',
    summary: 'Rows of alerts or groups, newest first, with facets and counts over time.',
    scope: 'view',
    query: z.strictObject({
      ...alertConditions,
      rows: z
        .enum(['groups', 'alerts', 'none'])
        .default('groups')
        .describe('none: figures only, of as much as can be counted in a few seconds.'),
      limit: limitOf(1000, 100),
      cursor: z.string().max(200).optional().describe('Of the answer before: more rows, without figures.'),
      at: Moment.optional().describe(
        'Where in the list the rows begin: those of this moment and older ones. Figures stay those of all.',
      ),
      buckets: limitOf(1000, 80),
      values: limitOf(100, 12).describe('Of each facet.'),
    }),
    body: Nothing,
    result: z.strictObject({
      rows: z.array(EventRow),
      cursor: z.string().nullable(),
      figures: z
        .strictObject({ facets, buckets, share: Share })
        .nullable()
        .describe(
          'Null with a cursor. Rows do not wait long for them: they may be of a share of the alerts.',
        ),
    }),
  }),
  overviewView: defineRoute({
    method: 'get',
    path: '/api/v1/views/overview',
    summary: 'What needs somebody, and how things go.',
    scope: 'view',
    query: Nothing,
    body: Nothing,
    result: z.strictObject({
      server: serverRoutes.overview.result,
      destinations: destinationRoutes.listDestinations.result.shape.destinations,
      agents: z.strictObject({
        total: z.number(),
        connected: z.number(),
        away: z.array(z.string()).describe('Names of those that say nothing, the first ones.'),
      }),
      groups: z.array(EventRow).describe('Open groups of critical alerts of the last day, the newest ones.'),
      blind: z.number().describe('How often rules were blind in the last day.'),
      buckets: buckets.describe('Alerts of the last day by priority.'),
      rules: z.array(z.strictObject({ value: z.string(), count: z.number() })),
      findings: z.strictObject({
        severities: z.array(z.strictObject({ value: z.string(), count: z.number() })),
        exploited: z.number().describe('Open, known to be exploited, and with a fix.'),
        expiring: z.number().describe('Accepted risks of open findings that end within a week.'),
      }),
      artifacts: z.strictObject({
        total: z.number(),
        scannedMs: z.number().nullable().describe('When the last one was scanned.'),
        worst: findingRoutes.listArtifacts.result.shape.artifacts.describe(
          'Those with most critical and high findings.',
        ),
      }),
    }),
  }),
};
