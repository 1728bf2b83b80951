import { z } from 'zod';
import { alertRoutes } from './alerts.ts';
import { Moment, Nothing } from './common.ts';
import { Acceptances, FindingChanges, ListedFindingShape, OpenFindings, Upgrades } from './findings.ts';
import { defineRoute } from './route.ts';

const span = {
  to: Moment.optional().describe('Where the time ends; now when it is left out.'),
  from: Moment.optional().describe('Where it begins; a week before its end when it is left out.'),
};

const counts = { count: z.number(), critical: z.number() };
const Day = z.strictObject({ fromMs: z.number(), ...counts });

const comparison = {
  fromMs: z.number(),
  toMs: z.number().describe('Not after now.'),
  alerts: z.strictObject({
    now: z.strictObject(counts),
    before: z.strictObject(counts).describe('Of the time before, as far into it as this one has come.'),
    days: z.array(Day).describe('Seven equal parts of the time; what is to come has none.'),
    daysBefore: z.array(Day).describe('Those of the time of the same length before, all of it.'),
  }),
  changes: FindingChanges,
  trend: z.array(z.strictObject({ atMs: z.number(), open: OpenFindings })).describe('Over both times.'),
};

const SomeFindings = z.strictObject({ count: z.number(), worst: z.array(ListedFindingShape) });

export const reportRoutes = {
  compareWeeks: defineRoute({
    method: 'get',
    path: '/api/v1/comparison',
    summary: 'Alerts by day and what happened to findings, beside the time of the same length before.',
    scope: 'view',
    query: z.strictObject(span),
    body: Nothing,
    result: z.strictObject(comparison),
  }),
  report: defineRoute({
    method: 'get',
    path: '/api/v1/report',
    summary: 'What a report of a week tells, as it was known at the end of that week.',
    scope: 'view',
    query: z.strictObject(span),
    body: Nothing,
    result: z.strictObject({
      ...comparison,
      criticals: z.strictObject({
        groups: alertRoutes.alertGroups.result.shape.groups,
        hasMore: z.boolean(),
      }),
      rules: z.array(z.strictObject({ rule: z.string(), count: z.number(), before: z.number() })),
      open: OpenFindings,
      newCriticals: SomeFindings,
      fixed: SomeFindings,
      exploited: z.number().describe('Open findings that are known to be exploited and have a fix.'),
      upgrades: Upgrades,
      acceptances: Acceptances.describe('Those that ended in this time or end within two weeks after it.'),
      blind: z.strictObject({
        count: z.number(),
        intervals: z.array(
          z.strictObject({
            fromMs: z.number(),
            toMs: z.number(),
            node: z.string(),
            rules: z.array(z.string()),
            lost: z.string().describe('How many events.'),
          }),
        ),
      }),
      coverage: z.strictObject({
        artifacts: z.number(),
        scanned: z.number().describe('Of these, scanned in this time.'),
        stale: z.array(z.strictObject({ name: z.string(), scannedMs: z.number() })),
      }),
      refused: z
        .array(z.strictObject({ destination: z.string(), count: z.number(), reason: z.string() }))
        .describe('Alerts that destinations refused for good in this time, with the latest reason.'),
    }),
  }),
};
