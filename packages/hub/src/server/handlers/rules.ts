import { type AlertQuery, type RuleEvaluation, rulesStateOf, type StoredAlert } from '@lanner/api';
import type { ResultOf, ruleRoutes, RuleTrialResult } from '@lanner/api/http';
import { AppError } from '@lanner/core';
import type { Silences } from '../../calm/silences.ts';
import type { RulesPart, TrialVerdict } from '../../rules/rules-part.ts';
import type { AlertStore, RuleFigures } from '../../store/alert-store.ts';
import { type CombinedEvaluation, combinedEvaluation } from '../../rules/evaluation.ts';
import type { Handlers } from '../api.ts';
import { alertQueryOf } from '../query.ts';
import { type AgentsPart, agentStates } from './agents.ts';
import { mutable } from './alerts.ts';

const batchSize = 500;
/** Alerts that a rule is asked about at most. */
const maxExamined = 10_000;
/** Alerts that are shown of each verdict. */
const maxExamples = 5;
const maxMissing = 10;
const maxOutput = 300;

interface Figures {
  alerts: number;
  groups: number;
  silenced: number;
  lastMs: number | null;
}

const none: Figures = { alerts: 0, groups: 0, silenced: 0, lastMs: null };

/** `part` is null where nobody knows the rule language. */
export function ruleHandlers(
  part: RulesPart | null,
  alerts: AlertStore,
  silences: Pick<Silences, 'list'>,
  agents: AgentsPart | null,
): Handlers<typeof ruleRoutes> {
  const desk = (): RulesPart => {
    if (part === null) {
      throw new AppError('store.missing', 'this server keeps no rules');
    }
    return part;
  };
  /** Whoever tries rules takes turns: each looks at thousands of alerts. */
  let isTrying = false;
  return {
    async listRules({ query, nowMs }) {
      const { rules, costsPending, place, evaluation: own } = await desk().survey();
      const figures = await figuresOf(alerts, silences, alertQueryOf(query, nowMs), nowMs);
      const known = new Set(rules.map(({ name }) => name));
      const states = agentStates(agents, nowMs).filter(({ state }) => state !== 'revoked');
      const timed = evaluationOf(own, states);
      return mutable({
        rules: rules.map((rule) => ({
          ...rule,
          ...(figures.get(rule.name) ?? none),
          timed: timedOf(rule.name, timed),
        })),
        elsewhere: [...figures].filter(([name]) => !known.has(name)).map(([name, own]) => ({ name, ...own })),
        costsPending,
        evaluation:
          timed === null
            ? null
            : { events: timed.events, nsPerEvent: timed.nsPerEvent, machines: timed.machines },
        place,
        agents: states.map((agent) => agentRules(agent, agents?.rulesRevision() ?? null)),
      });
    },
    ownRules: () => Promise.resolve(desk().own()),
    async getRule({ params: { name = '' } }) {
      const detail = await desk().detail(name);
      if (detail === null) {
        throw new AppError('store.missing', `there is no rule ${name}`);
      }
      return detail;
    },
    async switchRule({ params: { name = '' }, body }) {
      await desk().switchRule(name, body.enabled);
      return { ok: true };
    },
    checkRules: ({ body }) => desk().check(body.text),
    async tryRule({ body, nowMs }) {
      const rules = desk();
      if (isTrying) {
        throw new AppError('server.busy', 'another rule is being tried', { hint: 'Try again in a moment.' });
      }
      isTrying = true;
      try {
        const { source, judge } = await rules.trial(body.text, body.rule);
        const range = alertQueryOf(body.from === undefined ? {} : { from: body.from }, nowMs);
        const any = body.all ? { source: [source] } : { rule: [body.rule] };
        return await tried(alerts, { ...range, any }, judge);
      } finally {
        isTrying = false;
      }
    },
    saveRules: ({ body }) => desk().save(body.text, body.revision),
  };
}

/** Of this machine, and of the agents that are connected. */
function evaluationOf(
  own: RuleEvaluation | null,
  states: ReturnType<typeof agentStates>,
): CombinedEvaluation | null {
  const there = states.flatMap(({ state, health }) =>
    state === 'connected' && health?.evaluation ? [health.evaluation] : [],
  );
  return combinedEvaluation(own === null ? there : [own, ...there]);
}

function timedOf(
  rule: string,
  timed: CombinedEvaluation | null,
): { share: number; nsPerEvent: number } | null {
  const share = timed?.shares.get(rule);
  return timed === null || share === undefined ? null : { share, nsPerEvent: share * timed.nsPerEvent };
}

type AgentRulesState = ResultOf<typeof ruleRoutes.listRules>['agents'][number];

function agentRules(
  { id, name, state, health }: ReturnType<typeof agentStates>[number],
  revision: string | null,
): AgentRulesState {
  const { rules = null, version = '' } = health ?? {};
  const there = rulesStateOf(rules, revision);
  return {
    ...{ id, name, version, rules: there, unmatched: rules?.unmatched ?? 0 },
    state: state === 'connected' ? 'connected' : 'away',
    reason: there === 'refused' ? (rules?.refused?.reason ?? null) : null,
  };
}

async function figuresOf(
  alerts: AlertStore,
  silences: Pick<Silences, 'list'>,
  range: AlertQuery,
  nowMs: number,
): Promise<Map<string, Figures>> {
  const figures = new Map<string, Figures>();
  const of = (rule: string): Figures => {
    const known = figures.get(rule) ?? { ...none };
    figures.set(rule, known);
    return known;
  };
  for (const { rule, lastUs } of await alerts.rules({})) {
    of(rule).lastMs = Math.floor(lastUs / 1000);
  }
  for (const { rule, count, groups } of await alerts.rules(range)) {
    Object.assign(of(rule), { alerts: count, groups });
  }
  for (const { conditions } of silences.list(nowMs)) {
    for (const { rule, count } of await silencedBy(alerts, conditions, range, nowMs)) {
      const own = of(rule);
      // Silences may overlap.
      own.silenced = Math.min(own.alerts, own.silenced + count);
    }
  }
  return figures;
}

function silencedBy(
  alerts: AlertStore,
  conditions: Readonly<Record<string, unknown>>,
  { fromUs, toUs }: AlertQuery,
  nowMs: number,
): Promise<readonly RuleFigures[]> {
  return alerts.rules({
    ...alertQueryOf(conditions, nowMs),
    ...(fromUs === undefined ? {} : { fromUs }),
    ...(toUs === undefined ? {} : { toUs }),
  });
}

type Verdict = RuleTrialResult['examples'][number]['verdict'];

async function tried(
  alerts: AlertStore,
  query: AlertQuery,
  judge: (alerts: readonly StoredAlert[]) => Promise<readonly TrialVerdict[]>,
): Promise<RuleTrialResult> {
  const counts: Record<Verdict, number> = { fires: 0, quiet: 0, unknown: 0 };
  const missing = new Map<string, number>();
  const examples: RuleTrialResult['examples'] = [];
  let examined = 0;
  let cursor: string | null | undefined;
  do {
    const page = await alerts.search(query, batchSize, cursor ?? undefined);
    const verdicts = await judge(page.alerts);
    for (const [index, alert] of page.alerts.entries()) {
      const lacking = verdicts[index]?.missing ?? [];
      const verdict = nameOf(verdicts[index]?.holds ?? null);
      counts[verdict]++;
      lacking.forEach((field) => missing.set(field, (missing.get(field) ?? 0) + 1));
      if (counts[verdict] <= maxExamples) {
        examples.push(exampleOf(alert, verdict, lacking));
      }
    }
    examined += page.alerts.length;
    ({ cursor } = page);
  } while (cursor !== null && examined < maxExamined);
  return {
    ...counts,
    examined,
    complete: cursor === null,
    missing: Array.from(missing, ([field, count]) => ({ field, alerts: count }))
      .sort((a, b) => b.alerts - a.alerts || (a.field < b.field ? -1 : 1))
      .slice(0, maxMissing),
    examples,
  };
}

function nameOf(holds: boolean | null): Verdict {
  if (holds === null) {
    return 'unknown';
  }
  return holds ? 'fires' : 'quiet';
}

function exampleOf(
  { id, timeUs, event }: StoredAlert,
  verdict: Verdict,
  missing: readonly string[],
): RuleTrialResult['examples'][number] {
  return {
    verdict,
    id,
    rule: event.rule,
    timeUs,
    output: event.output.slice(0, maxOutput),
    missing: missing.slice(0, maxMissing),
  };
}
