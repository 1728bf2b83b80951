import { z } from 'zod';
import { Alert } from './alerts.ts';
import { Done, limitOf, Nothing } from './common.ts';
import { scopes } from '../scopes.ts';
import { defineRoute } from './route.ts';

const DestinationStatus = z.strictObject({
  name: z.string(),
  title: z.string(),
  audience: z.enum(['people', 'machines']),
  state: z.enum(['idle', 'sending', 'waiting', 'stopped']),
  waiting: z.number().describe('Alerts after its position in the order of arrival.'),
  failures: z.number(),
  lastError: z.string().nullable(),
  lastDeliveredMs: z.number().nullable(),
  nextAttemptMs: z.number().nullable(),
  delivered: z.number(),
  deadLetters: z.number(),
  overBudget: z.number().describe('Alerts beyond the budget of their hour, of which people were not told.'),
  lost: z.number().describe('Alerts that retention took before they were delivered.'),
});

export const destinationRoutes = {
  listDestinations: defineRoute({
    method: 'get',
    path: '/api/v1/destinations',
    summary: 'Destinations and how they do.',
    scope: 'view',
    query: Nothing,
    body: Nothing,
    result: z.strictObject({
      destinations: z.array(DestinationStatus),
      unsupported: z.array(z.string()).describe('Outputs that are configured, but not there yet.'),
    }),
  }),
  testDestination: defineRoute({
    method: 'post',
    path: '/api/v1/destinations/:name/test',
    summary: 'Sends a test alert to one destination, past its queue.',
    scope: 'admin',
    audit: 'destination.test',
    query: Nothing,
    body: Nothing,
    result: Done,
  }),
  retryDestination: defineRoute({
    method: 'post',
    path: '/api/v1/destinations/:name/retry',
    summary: 'Tries again now instead of after the pause.',
    scope: 'triage',
    audit: 'destination.retry',
    query: Nothing,
    body: Nothing,
    result: Done,
  }),
  listDeadLetters: defineRoute({
    method: 'get',
    path: '/api/v1/dead-letters',
    summary: 'Alerts that a destination refused for good, newest first.',
    scope: 'view',
    query: z.strictObject({
      destination: z.string().optional(),
      limit: limitOf(1000, 100),
      before: z.coerce.number().optional(),
    }),
    body: Nothing,
    result: z.strictObject({
      letters: z.array(
        z.strictObject({
          id: z.number(),
          destination: z.string(),
          alert: Alert,
          reason: z.string(),
          atMs: z.number(),
          attempts: z.number(),
        }),
      ),
    }),
  }),
  replayDeadLetters: defineRoute({
    method: 'post',
    path: '/api/v1/dead-letters/replay',
    summary: 'Sends dead letters again; those that arrive are forgotten.',
    scope: 'admin',
    audit: 'dead-letters.replay',
    query: Nothing,
    body: z.strictObject({ ids: z.array(z.number().int()).min(1).max(1000) }),
    result: z.strictObject({
      delivered: z.number(),
      failed: z.array(z.strictObject({ id: z.number(), reason: z.string() })),
    }),
  }),
  forgetDeadLetters: defineRoute({
    method: 'post',
    path: '/api/v1/dead-letters/forget',
    summary: 'Removes dead letters.',
    scope: 'admin',
    audit: 'dead-letters.forget',
    query: Nothing,
    body: z.strictObject({ ids: z.array(z.number().int()).min(1).max(1000) }),
    result: z.strictObject({ forgotten: z.number() }),
  }),
};

/** How far a scan of this machine is. */
export const ScanShape = z.strictObject({
  what: z.string(),
  step: z.string().describe('What is looked for at the moment; empty where that is everything.'),
  share: z.number().nullable().describe('How much of it is done, 0 to 1; null where nobody knows.'),
  files: z.number().describe('Files that were looked at.'),
});

const TokenShape = z.strictObject({
  id: z.string(),
  name: z.string(),
  scopes: z.array(z.enum(scopes)),
  createdMs: z.number(),
  expiresMs: z.number().nullable(),
  lastUsedMs: z.number().nullable().describe('Null for one that was never used.'),
});

export const serverRoutes = {
  health: defineRoute({
    method: 'get',
    path: '/api/v1/healthz',
    summary: 'Whether the server and its store are well.',
    scope: null,
    query: Nothing,
    body: Nothing,
    result: z.strictObject({ status: z.enum(['ok', 'degraded', 'failed']) }),
  }),
  overview: defineRoute({
    method: 'get',
    path: '/api/v1/server',
    summary: 'The server, its store, its agents, and what is missing.',
    scope: 'view',
    query: Nothing,
    body: Nothing,
    result: z.strictObject({
      version: z.string(),
      startedMs: z.number(),
      store: z.looseObject({
        state: z.enum(['ok', 'degraded', 'failed']),
        reason: z.string(),
        bytes: z.number(),
        alerts: z.number(),
      }),
      you: z.strictObject({ name: z.string(), scopes: z.array(z.enum(scopes)) }),
      notes: z.array(z.string()).describe('What is missing, and the command that brings it.'),
      scan: ScanShape.nullable().describe('The scan of this machine that is under way.'),
    }),
  }),
  configuration: defineRoute({
    method: 'get',
    path: '/api/v1/configuration/effective',
    summary: 'Every setting, and where its value came from.',
    scope: 'view',
    query: Nothing,
    body: Nothing,
    result: z.strictObject({
      settings: z.array(
        z.strictObject({
          key: z.string(),
          value: z.unknown(),
          from: z.enum(['file', 'environment', 'option', 'default']),
        }),
      ),
    }),
  }),
  auditLog: defineRoute({
    method: 'get',
    path: '/api/v1/audit',
    summary: 'Who changed what, newest first.',
    scope: 'admin',
    query: z.strictObject({ limit: limitOf(1000, 100), before: z.coerce.number().optional() }),
    body: Nothing,
    result: z.strictObject({
      entries: z.array(
        z.strictObject({
          id: z.number(),
          atMs: z.number(),
          by: z.string(),
          action: z.string(),
          target: z.string(),
          details: z.record(z.string(), z.unknown()),
          address: z.string(),
        }),
      ),
    }),
  }),
  listTokens: defineRoute({
    method: 'get',
    path: '/api/v1/tokens',
    summary: 'Tokens, without their secrets.',
    scope: 'admin',
    query: Nothing,
    body: Nothing,
    result: z.strictObject({ tokens: z.array(TokenShape) }),
  }),
  createToken: defineRoute({
    method: 'post',
    path: '/api/v1/tokens',
    summary: 'Makes a token. Its secret is in this answer and nowhere else.',
    scope: 'admin',
    audit: 'token.create',
    query: Nothing,
    body: z.strictObject({
      name: z.string().min(1).max(100),
      scopes: z.array(z.enum(scopes)).min(1),
      expiresMs: z.number().int().positive().nullable(),
    }),
    result: z.strictObject({ token: TokenShape, secret: z.string() }),
  }),
  revokeToken: defineRoute({
    method: 'delete',
    path: '/api/v1/tokens/:id',
    summary: 'Revokes a token.',
    scope: 'admin',
    audit: 'token.revoke',
    query: Nothing,
    body: Nothing,
    result: Done,
  }),
};
