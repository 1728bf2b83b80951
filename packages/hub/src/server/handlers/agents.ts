import type { agentRoutes } from '@lanner/api/http';
import { AppError } from '@lanner/core';
import { type AgentRegistry, stateOf } from '../../agents/registry.ts';
import type { Handlers } from '../api.ts';
import { mutable } from './alerts.ts';

/** The port of the agents, when there is one. */
export interface AgentsPart {
  readonly registry: AgentRegistry;
  readonly port: () => number;
  /** Of the rules that agents are given; null where the server keeps none. */
  readonly rulesRevision: () => string | null;
}

export function agentHandlers(part: AgentsPart | null): Handlers<typeof agentRoutes> {
  return {
    listAgents({ nowMs }) {
      return Promise.resolve(
        mutable({
          agents: agentStates(part, nowMs),
          fingerprint: part?.registry.authority.fingerprint ?? null,
          port: part?.port() ?? null,
          rulesRevision: part?.rulesRevision() ?? null,
        }),
      );
    },
    async revokeAgent({ params: { id = '' } }) {
      if (part === null || !(await part.registry.revoke(id))) {
        throw new AppError('store.missing', `there is no agent ${id}`, {
          hint: 'Give the id that lanner server agents shows.',
        });
      }
      return { ok: true };
    },
  };
}

/** Agents, and how they are. */
export function agentStates(part: AgentsPart | null, nowMs: number) {
  return (part?.registry.list() ?? []).map((agent) => {
    const { id, name, joinedBy, enrolledMs, revokedMs, seenMs, expiresMs, health } = agent;
    const state = stateOf(agent, nowMs);
    return { id, name, state, joinedBy, enrolledMs, revokedMs, seenMs, expiresMs, health };
  });
}
