import { z } from 'zod';
import { Done, Flag, limitOf, Moment, Nothing, Values } from './common.ts';
import { defineRoute } from './route.ts';

const kinds = ['vulnerability', 'secret', 'misconfiguration', 'license', 'end-of-life', 'update'] as const;
const severities = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'UNKNOWN'] as const;

const conditions = {
  artifact: z.string().max(500).optional(),
  kind: Values.pipe(z.array(z.enum(kinds))).optional(),
  severity: Values.pipe(z.array(z.enum(severities))).optional(),
  id: z.string().max(200).optional(),
  package: z.string().max(500).optional(),
  fixable: Flag.optional(),
  kev: Flag.optional(),
  as_of: Moment.optional(),
  include_fixed: Flag.optional(),
  q: z.string().max(500).optional(),
};

const Open = z.strictObject(
  Object.fromEntries(severities.map((severity) => [severity, z.number()])) as Record<
    (typeof severities)[number],
    z.ZodNumber
  >,
);

export const StoredFindingShape = z.strictObject({
  kind: z.enum(kinds),
  id: z.string(),
  package: z.string(),
  packageName: z.string(),
  installedVersion: z.string(),
  fixedVersion: z.string(),
  severity: z.enum(severities),
  title: z.string(),
  epss: z.number().nullable(),
  kev: z.boolean(),
  details: z.record(z.string(), z.unknown()),
  artifact: z.string(),
  artifactNames: z.array(z.string()),
  firstSeenMs: z.number(),
  lastSeenMs: z.number(),
  fixedMs: z.number().nullable(),
  intervals: z.array(z.strictObject({ fromMs: z.number(), toMs: z.number().nullable() })),
  accepted: z.strictObject({ untilMs: z.number().nullable(), reason: z.string(), by: z.string() }).nullable(),
});

export const findingRoutes = {
  searchFindings: defineRoute({
    method: 'get',
    path: '/api/v1/findings',
    summary: 'What is wrong with what was scanned, the most severe first.',
    scope: 'view',
    query: z.strictObject({
      ...conditions,
      limit: limitOf(1000, 100),
      cursor: z.string().max(300).optional(),
    }),
    body: Nothing,
    result: z.strictObject({ findings: z.array(StoredFindingShape), cursor: z.string().nullable() }),
  }),
  findingFacets: defineRoute({
    method: 'get',
    path: '/api/v1/findings/facets',
    summary: 'How many findings there are, and the most frequent values of each facet.',
    scope: 'view',
    query: z.strictObject({ ...conditions, facets: Values.optional(), limit: limitOf(1000, 20) }),
    body: Nothing,
    result: z.strictObject({
      count: z.number(),
      facets: z.record(z.string(), z.array(z.strictObject({ value: z.string(), count: z.number() }))),
    }),
  }),
  findingTrend: defineRoute({
    method: 'get',
    path: '/api/v1/findings/trend',
    summary: 'Open findings by severity over time.',
    scope: 'view',
    query: z.strictObject({ from: Moment.default('30d'), to: Moment.optional(), steps: limitOf(366, 30) }),
    body: Nothing,
    result: z.strictObject({ steps: z.array(z.strictObject({ atMs: z.number(), open: Open })) }),
  }),
  listArtifacts: defineRoute({
    method: 'get',
    path: '/api/v1/artifacts',
    summary: 'What was scanned, with the number of its open findings.',
    scope: 'view',
    query: z.strictObject({ as_of: Moment.optional() }),
    body: Nothing,
    result: z.strictObject({
      artifacts: z.array(
        z.strictObject({
          key: z.string(),
          kind: z.enum(['image', 'host', 'filesystem']),
          names: z.array(z.string()),
          system: z.string(),
          packages: z.number(),
          notes: z.array(z.string()),
          scannedMs: z.number(),
          retiredMs: z.number().nullable(),
          open: Open,
        }),
      ),
    }),
  }),
  acceptRisk: defineRoute({
    method: 'post',
    path: '/api/v1/acceptances',
    summary: 'Accepts the risk of findings for a while, with a reason.',
    scope: 'triage',
    audit: 'risk.accept',
    query: Nothing,
    body: z.strictObject({
      id: z.string().min(1).max(200),
      package: z.string().max(500).optional(),
      artifact: z.string().max(500).optional(),
      reason: z.string().min(1).max(1000),
      untilMs: z.number().int().positive().nullable(),
    }),
    result: z.strictObject({ id: z.string() }),
  }),
  endAcceptance: defineRoute({
    method: 'delete',
    path: '/api/v1/acceptances/:id',
    summary: 'Ends an acceptance.',
    scope: 'triage',
    audit: 'risk.end',
    query: Nothing,
    body: Nothing,
    result: Done,
  }),
};
