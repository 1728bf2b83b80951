import { z } from 'zod';
import { Done, Flag, limitOf, Moment, Nothing, textsOf, Values } from './common.ts';
import { defineRoute } from './route.ts';
import { ScanShape } from './server.ts';

const kinds = ['vulnerability', 'secret', 'misconfiguration', 'license', 'end-of-life', 'update'] as const;
const severities = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'UNKNOWN'] as const;

const changeKinds = ['new', 'fixed', 'reappeared'] as const;

const conditions = {
  artifact: textsOf(500).optional().describe('Keys of artifacts; repeated for any of several.'),
  kind: Values.pipe(z.array(z.enum(kinds))).optional(),
  severity: Values.pipe(z.array(z.enum(severities))).optional(),
  id: textsOf(200).optional().describe('Such as CVE-2026-1000; repeated for any of several.'),
  package: textsOf(500).optional().describe('Names of packages; repeated for any of several.'),
  fixable: Flag.optional().describe('Whether a version mends it.'),
  kev: Flag.optional().describe('Whether it is known to be exploited.'),
  min_epss: z.coerce
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe('Probability of exploitation within 30 days of at least this (EPSS).'),
  accepted: Flag.optional().describe('Whether somebody accepts the risk.'),
  change: z
    .enum(changeKinds)
    .optional()
    .describe('What happened to them since `since`; those that are fixed again are among them.'),
  since: Moment.optional().describe(
    'Usually a week before the moment that is asked about, from which `24h` counts as well.',
  ),
  as_of: Moment.optional().describe('As it was known at this moment.'),
  include_fixed: Flag.optional().describe('Also those that are fixed by then.'),
  q: z.string().max(500).optional(),
};

export const OpenFindings = z.strictObject(
  Object.fromEntries(severities.map((severity) => [severity, z.number()])) as Record<
    (typeof severities)[number],
    z.ZodNumber
  >,
);

const Accepted = z
  .strictObject({ untilMs: z.number().nullable(), reason: z.string(), by: z.string() })
  .nullable();

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
  accepted: Accepted,
});

export const ListedFindingShape = StoredFindingShape.omit({
  details: true,
  artifactNames: true,
  lastSeenMs: true,
  intervals: true,
}).extend({ artifactName: z.string(), returns: z.number().describe('How often it came back.') });

const FindingGroupShape = z.strictObject({
  key: z.string().describe('Key of the artifact, name of the package, or id.'),
  title: z.string().describe('Name of the artifact, or title of the worst of them.'),
  findings: z.number(),
  severities: OpenFindings,
  fixable: z.number(),
  exploited: z.number(),
  accepted: z.number(),
  epss: z.number().nullable().describe('The highest.'),
  artifacts: z.number(),
  packages: z.number(),
  ids: z.number(),
  fixedVersion: z.string().describe('The version that is named most often; empty when none is.'),
  firstSeenMs: z.number(),
  newestMs: z.number().describe('When the latest of them was first seen.'),
});

const AcceptanceShape = z.strictObject({
  id: z.string(),
  findingId: z.string(),
  artifact: z.string().nullable(),
  packageName: z.string().nullable(),
  untilMs: z.number().nullable(),
  reason: z.string(),
  by: z.string(),
  acceptedMs: z.number(),
});

const Facets = z.record(z.string(), z.array(z.strictObject({ value: z.string(), count: z.number() })));

const Changes = z.strictObject({ new: z.number(), fixed: z.number(), reappeared: z.number() });

export const FindingChanges = z.strictObject({
  now: Changes.describe('In the time that is asked about.'),
  before: Changes.describe('In the time of the same length before.'),
});

export const Upgrades = z.strictObject({
  packages: z.array(
    z.strictObject({
      packageName: z.string(),
      fixedVersion: z.string().describe('The version that is named most often.'),
      versions: z.number().describe('How many are named.'),
      findings: z.number(),
      artifacts: z.number(),
    }),
  ),
  findings: z.number().describe('Findings that end with all of them.'),
});

export const Acceptances = z.array(AcceptanceShape.extend({ findings: z.number() }));

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
    result: z.strictObject({ count: z.number(), facets: Facets }),
  }),
  lookAtFindings: defineRoute({
    method: 'get',
    path: '/api/v1/findings/look',
    summary:
      'What a view of findings shows, in one answer: a page of them or of their groups, facets, upgrades, trend and changes.',
    scope: 'view',
    query: z.strictObject({
      ...conditions,
      by: z
        .enum(['artifact', 'package', 'id'])
        .optional()
        .describe('What findings are put together by; without it they are listed one by one.'),
      limit: limitOf(500, 100),
      cursor: z.string().max(2000).optional(),
      skip: z.coerce
        .number()
        .int()
        .min(0)
        .max(10_000_000)
        .optional()
        .describe('Rows before the first one; not with a cursor. Figures stay those of all.'),
      facets: Values.optional().describe('Each is counted without its own condition.'),
      facet_limit: limitOf(1000, 12),
      upgrades: z.coerce.number().int().min(0).max(50).default(5),
      trend_from: Moment.optional().describe('OpenFindings findings of these conditions since then.'),
      trend_steps: limitOf(366, 30),
    }),
    body: Nothing,
    result: z.strictObject({
      atMs: z.number().describe('The moment that all of this is about.'),
      sinceMs: z.number(),
      count: z.number(),
      severities: OpenFindings,
      groups: z.array(FindingGroupShape),
      groupCount: z.number(),
      findings: z.array(ListedFindingShape),
      cursor: z.string().nullable(),
      skipped: z
        .number()
        .describe(
          'Rows before the first one: as asked for, or as many as leave a whole page. 0 with a cursor.',
        ),
      facets: Facets,
      artifactNames: z.record(z.string(), z.string()),
      upgrades: Upgrades,
      trend: z.array(z.strictObject({ atMs: z.number(), open: OpenFindings })),
      changes: FindingChanges,
      scan: ScanShape.nullable().describe('The scan of this machine that is under way.'),
    }),
  }),
  getFinding: defineRoute({
    method: 'get',
    path: '/api/v1/finding',
    summary: 'One finding with its details, its history, and who accepts its risk.',
    scope: 'view',
    query: z.strictObject({
      kind: z.enum(kinds),
      id: z.string().max(200),
      artifact: z.string().max(500),
      package: z.string().max(2000).default('').describe('Its package or place as the finding names it.'),
      as_of: Moment.optional(),
    }),
    body: Nothing,
    result: z.strictObject({
      finding: StoredFindingShape,
      acceptances: z.array(AcceptanceShape),
      elsewhere: z.number().describe('OpenFindings findings of this id in other artifacts.'),
    }),
  }),
  findingTrend: defineRoute({
    method: 'get',
    path: '/api/v1/findings/trend',
    summary: 'OpenFindings findings by severity over time.',
    scope: 'view',
    query: z.strictObject({ from: Moment.default('30d'), to: Moment.optional(), steps: limitOf(366, 30) }),
    body: Nothing,
    result: z.strictObject({ steps: z.array(z.strictObject({ atMs: z.number(), open: OpenFindings })) }),
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
          open: OpenFindings,
        }),
      ),
      scan: ScanShape.nullable().describe('The scan of this machine that is under way.'),
    }),
  }),
  listAcceptances: defineRoute({
    method: 'get',
    path: '/api/v1/acceptances',
    summary: 'Accepted risks, those that end next first, and how many open findings each is about.',
    scope: 'view',
    query: z.strictObject({
      expired: Flag.optional().describe('Also those that have ended.'),
    }),
    body: Nothing,
    result: z.strictObject({
      acceptances: Acceptances,
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
