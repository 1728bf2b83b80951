import { z } from 'zod';
import { priorityNames } from '../alerts/falco-event.ts';
import { Done, Moment, Nothing } from './common.ts';
import { defineRoute, type ResultOf } from './route.ts';

/** Characters of the own rules together. */
const maxTextLength = 400_000;
const RuleText = z.string().max(maxTextLength, `has ${maxTextLength} characters at most`);
const RuleName = z.string().min(1).max(500);

const DiagnosticShape = z.strictObject({
  severity: z.enum(['error', 'warning']),
  code: z.string().describe('Falco’s code.'),
  message: z.string(),
  hint: z.string().nullable(),
  file: z.string(),
  line: z.number().describe('From 1.'),
  column: z.number().describe('From 1, in bytes of UTF-8.'),
});

const RuleCostShape = z.strictObject({
  events: z
    .array(z.strictObject({ name: z.string(), filter: z.enum(['test', 'all']) }))
    .describe('Event types that the rule looks at; "all": the kernel passes every one of them.'),
  inKernel: z.number().describe('Checks that the kernel decides.'),
  inUserSpace: z.number().describe('Checks that it leaves to user space.'),
  rank: z.number().describe('To sort by: what is passed unfiltered counts most.'),
});

const RuleShape = z.strictObject({
  name: z.string(),
  source: z.string(),
  priority: z.enum(priorityNames),
  tags: z.array(z.string()),
  description: z.string(),
  file: z.string(),
  line: z.number(),
  enabled: z.boolean(),
  offBy: z
    .enum(['switch', 'definition', 'priority', 'configuration'])
    .nullable()
    .describe('Why it is off; null when it is on.'),
  switched: z.boolean().nullable().describe('What the page switched it to; null when it did not.'),
  changed: z.boolean().describe('The own rules define or change it.'),
  exceptions: z.number(),
  cost: RuleCostShape.nullable().describe('Null until it is worked out, and for other sources than syscall.'),
});

const RuleFigures = {
  alerts: z.number().describe('In the range.'),
  groups: z.number().describe('Groups that these alerts are of.'),
  silenced: z.number().describe('Of these alerts those that a silence in force matches.'),
  lastMs: z.number().nullable().describe('When it last fired, of all that is stored.'),
};

const timed = z
  .strictObject({
    share: z.number().describe('Of the time that evaluating all rules takes, 0 to 1.'),
    nsPerEvent: z.number().describe('Mean, of events that some rule wants.'),
  })
  .nullable()
  .describe('Null where nothing was timed, or it took too little to be told.');

const AgentRulesShape = z.strictObject({
  id: z.string(),
  name: z.string(),
  state: z.enum(['connected', 'away']),
  version: z.string().describe('Empty before its first word.'),
  rules: z
    .enum(['own', 'current', 'behind', 'refused'])
    .describe('Of the page; own: it takes none, behind: it has not taken the last change yet.'),
  reason: z.string().nullable().describe('Why it refused the last change.'),
  unmatched: z.number().describe('Rules that switches and exceptions name and that it does not have.'),
});

const PlaceShape = z.strictObject({
  applied: z
    .enum(['sensor', 'starting', 'nowhere'])
    .describe('sensor: rules run in this process and change while it runs; nowhere: files are only kept.'),
  folder: z.string().describe('Where the files are that the page writes; -r takes it on other machines.'),
  files: z
    .array(
      z.strictObject({
        path: z.string(),
        by: z.enum(['configuration', 'page']),
        loaded: z.boolean(),
        problem: DiagnosticShape.nullable(),
      }),
    )
    .describe('In the order of loading.'),
  unmatched: z
    .array(z.string())
    .describe('Rules that a switch or an exception names and that are not loaded here.'),
});

const TrialVerdict = z.enum(['fires', 'quiet', 'unknown']);

export type RuleDiagnostic = z.infer<typeof DiagnosticShape>;
export type RuleCostState = z.infer<typeof RuleCostShape>;
export type RuleState = z.infer<typeof RuleShape>;
export type RulePlace = z.infer<typeof PlaceShape>;
export type RuleDetail = ResultOf<typeof ruleRoutes.getRule>;
export type RuleCheck = ResultOf<typeof ruleRoutes.checkRules>;
export type OwnRules = ResultOf<typeof ruleRoutes.ownRules>;
export type RuleTrialResult = ResultOf<typeof ruleRoutes.tryRule>;

export const ruleRoutes = {
  listRules: defineRoute({
    method: 'get',
    path: '/api/v1/rules',
    summary: 'Rules that run here, and those that are only known from alerts.',
    scope: 'view',
    query: z.strictObject({ from: Moment.optional(), to: Moment.optional() }),
    body: Nothing,
    result: z.strictObject({
      rules: z.array(z.strictObject({ ...RuleShape.shape, ...RuleFigures, timed })),
      elsewhere: z
        .array(z.strictObject({ name: z.string(), ...RuleFigures }))
        .describe('Rules that alerts name and that are not loaded here.'),
      costsPending: z.boolean(),
      evaluation: z
        .strictObject({
          events: z.number().describe('Events that were timed.'),
          nsPerEvent: z.number(),
          machines: z.number(),
        })
        .nullable()
        .describe(
          'What asking all rules takes, on machines that are connected; null where nothing was timed.',
        ),
      place: PlaceShape,
      agents: z
        .array(AgentRulesShape)
        .describe('Those that may send, and whether they run what the page changed.'),
    }),
  }),
  ownRules: defineRoute({
    method: 'get',
    path: '/api/v1/rule-files',
    summary: 'The files that the page writes: own rules and what they were before, exceptions, switches.',
    scope: 'view',
    query: Nothing,
    body: Nothing,
    result: z.strictObject({
      text: z.string(),
      revision: z.string().describe('Sent back with a change, so that nobody overwrites another one’s.'),
      previous: z.string().nullable(),
      exceptions: z.string(),
      switches: z.string(),
    }),
  }),
  getRule: defineRoute({
    method: 'get',
    path: '/api/v1/rules/:name',
    summary: 'One rule as it is loaded.',
    scope: 'view',
    query: Nothing,
    body: Nothing,
    result: z.strictObject({
      rule: RuleShape,
      text: z.string().describe('As it stands in its file.'),
      condition: z.string().describe('Whole, without macros and lists.'),
      output: z.string(),
      macros: z.array(z.strictObject({ name: z.string(), condition: z.string() })),
      lists: z.array(z.strictObject({ name: z.string(), items: z.array(z.string()) })),
      fields: z.array(z.strictObject({ name: z.string(), doc: z.string().nullable() })),
      override: z.string().describe('A change of it in Falco’s syntax that changes nothing yet.'),
      kept: z
        .array(z.strictObject({ check: z.string(), reason: z.string() }))
        .describe('Checks that the kernel leaves to user space, and why.'),
    }),
  }),
  switchRule: defineRoute({
    method: 'put',
    path: '/api/v1/rules/:name/enabled',
    summary: 'Switches a rule on or off, by an override that stays.',
    scope: 'admin',
    audit: 'rule.switch',
    query: Nothing,
    body: z.strictObject({ enabled: z.boolean() }),
    result: Done,
  }),
  checkRules: defineRoute({
    method: 'post',
    path: '/api/v1/rule-files/check',
    summary: 'What the loader says to a text in place of the own rules. Nothing is kept.',
    scope: 'triage',
    query: Nothing,
    body: z.strictObject({ text: RuleText }),
    result: z.strictObject({
      accepted: z.boolean(),
      diagnostics: z.array(DiagnosticShape),
      rules: z
        .array(z.strictObject({ name: z.string(), line: z.number() }))
        .describe('Rules that the text defines or changes.'),
    }),
  }),
  tryRule: defineRoute({
    method: 'post',
    path: '/api/v1/rule-files/try',
    summary:
      'Asks a rule of a text about stored alerts. They are of events for which some rule fired: what no rule saw is not among them.',
    scope: 'triage',
    query: Nothing,
    body: z.strictObject({
      text: RuleText,
      rule: RuleName,
      from: Moment.optional(),
      all: z.boolean().default(false).describe('Also alerts of other rules of its source.'),
    }),
    result: z.strictObject({
      fires: z.number(),
      quiet: z.number(),
      unknown: z.number().describe('Alerts that lack a value that would decide.'),
      examined: z.number(),
      complete: z.boolean().describe('False when there are more alerts than were examined.'),
      missing: z.array(z.strictObject({ field: z.string(), alerts: z.number() })),
      examples: z.array(
        z.strictObject({
          verdict: TrialVerdict,
          id: z.string(),
          rule: z.string(),
          timeUs: z.number(),
          output: z.string(),
          missing: z.array(z.string()),
        }),
      ),
    }),
  }),
  saveRules: defineRoute({
    method: 'put',
    path: '/api/v1/rule-files/own',
    summary: 'Puts a text in place of the own rules, and runs it. What is not accepted changes nothing.',
    scope: 'admin',
    audit: 'rules.save',
    query: Nothing,
    body: z.strictObject({ text: RuleText, revision: z.string().max(100) }),
    result: z.strictObject({
      revision: z.string(),
      applied: z.boolean().describe('It runs here from now on.'),
    }),
  }),
};
