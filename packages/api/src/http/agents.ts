import { z } from 'zod';
import { Done, Nothing } from './common.ts';
import { defineRoute } from './route.ts';

const AgentState = z.strictObject({
  id: z.string(),
  name: z.string().describe('What people call its node.'),
  state: z
    .enum(['connected', 'away', 'revoked'])
    .describe('away: it has said nothing for a minute, or since the server was started.'),
  joinedBy: z.string().describe('Name of the token that it joined with.'),
  enrolledMs: z.number(),
  revokedMs: z.number().nullable(),
  seenMs: z.number().nullable(),
  expiresMs: z.number().describe('When its certificate ends; it is renewed before.'),
  health: z
    .strictObject({
      version: z.string(),
      startedMs: z.number(),
      sensor: z.enum(['running', 'off', 'failed']),
      events: z.number(),
      drops: z.number().describe('Events that the kernel could not hand over.'),
      alertsLost: z.number().describe('Alerts that never reached its spool.'),
      blindRules: z.number().describe('Rules that did not see all that they need.'),
      blindSeconds: z.number(),
      spool: z.strictObject({
        waiting: z.number(),
        bytes: z.number(),
        oldestMs: z.number().nullable(),
        droppedBySize: z.number(),
        droppedByAge: z.number(),
        damaged: z.number(),
        refused: z.number().describe('Records that the server did not want.'),
      }),
      notes: z.array(z.string()).describe('What is missing, and the command that brings it.'),
      rules: z
        .strictObject({
          revision: z
            .string()
            .nullable()
            .describe('Of the page’s rules that run there; null before the first.'),
          unmatched: z
            .number()
            .describe('Rules that exceptions and switches name and that it does not have.'),
          refused: z
            .strictObject({ revision: z.string(), reason: z.string() })
            .nullable()
            .describe('A set that it did not take: it goes on with the one before.'),
        })
        .nullable()
        .optional()
        .describe('Null or absent where the agent takes no rules from the server.'),
    })
    .nullable()
    .describe('As it told last; null before its first word.'),
});

export const agentRoutes = {
  listAgents: defineRoute({
    method: 'get',
    path: '/api/v1/agents',
    summary: 'Agents of other machines, and how they are.',
    scope: 'view',
    query: Nothing,
    body: Nothing,
    result: z.strictObject({
      agents: z.array(AgentState),
      fingerprint: z
        .string()
        .nullable()
        .describe(
          'Of the authority that agents know the server by; a join token ends with it. Null without --agents.',
        ),
      port: z.number().nullable(),
      rulesRevision: z
        .string()
        .nullable()
        .describe('Of the rules, exceptions and switches that agents are given.'),
    }),
  }),
  revokeAgent: defineRoute({
    method: 'delete',
    path: '/api/v1/agents/:id',
    summary: 'Takes nothing more from an agent, from this moment on.',
    scope: 'admin',
    audit: 'agent.revoke',
    query: Nothing,
    body: Nothing,
    result: Done,
  }),
};
