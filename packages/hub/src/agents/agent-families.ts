import { rulesStateOf } from '@lanner/api';
import { counterFamily, gaugeFamily, type MetricFamily } from '../metrics/exposition.ts';
import type { AgentIntake } from './agent-intake.ts';
import { type Agent, type AgentRegistry, stateOf } from './registry.ts';

/** Agents with series of their own; those that were enrolled first. */
const maxAgents = 500;
const states = ['connected', 'away', 'revoked'] as const;

/** What the server knows of its agents, as metrics. */
export function agentFamilies(
  registry: Pick<AgentRegistry, 'list'>,
  intake: Pick<AgentIntake, 'records' | 'repeated' | 'rejected'>,
  /** Of the rules that agents are given; null for none. */
  rulesRevision: string | null,
  nowMs: number,
): MetricFamily[] {
  const agents = registry.list();
  const shown = agents.filter(({ revokedMs }) => revokedMs === null).slice(0, maxAgents);
  const each = (value: (agent: Agent) => number): MetricFamily['samples'] =>
    shown.map((agent) => ({ labels: labelsOf(agent), value: value(agent) }));
  return [
    gaugeFamily(
      'lanner_agents',
      'Agents by what the server knows of them.',
      states.map((state) => ({
        labels: { state },
        value: agents.filter((agent) => stateOf(agent, nowMs) === state).length,
      })),
    ),
    counterFamily('lanner_agent_records_total', 'Records that agents have sent.', [
      { labels: { result: 'stored' }, value: intake.records },
      { labels: { result: 'repeated' }, value: intake.repeated },
      { labels: { result: 'rejected' }, value: intake.rejected },
    ]),
    gaugeFamily(
      'lanner_agent_up',
      'Whether an agent has said something within a minute.',
      each((agent) => Number(stateOf(agent, nowMs) === 'connected')),
    ),
    gaugeFamily(
      'lanner_agent_spool_waiting',
      'Records that wait on the disk of an agent.',
      each(({ health }) => health?.spool.waiting ?? 0),
    ),
    gaugeFamily(
      'lanner_agent_rules_behind',
      'Whether an agent runs other rules of the page than the server has for it.',
      each(({ health }) =>
        Number(['behind', 'refused'].includes(rulesStateOf(health?.rules, rulesRevision))),
      ),
    ),
    counterFamily(
      'lanner_agent_lost_total',
      'Records and alerts that an agent has lost, by why.',
      shown.flatMap((agent) =>
        Object.entries(lossesOf(agent)).map(([by, value]) => ({ labels: { ...labelsOf(agent), by }, value })),
      ),
    ),
    counterFamily(
      'lanner_agent_dropped_events_total',
      'Events that the kernel of an agent could not hand over.',
      each(({ health }) => health?.drops ?? 0),
    ),
    counterFamily(
      'lanner_agent_blind_seconds_total',
      'Time in which rules of an agent did not see all that they need.',
      each(({ health }) => health?.blindSeconds ?? 0),
    ),
  ];
}

function labelsOf({ id, name }: Agent): Record<string, string> {
  return { agent: id, node: name };
}

function lossesOf({ health }: Agent): Record<string, number> {
  return {
    size: health?.spool.droppedBySize ?? 0,
    age: health?.spool.droppedByAge ?? 0,
    damage: health?.spool.damaged ?? 0,
    refused: health?.spool.refused ?? 0,
    spool: health?.alertsLost ?? 0,
  };
}
