import type { destinationRoutes, serverRoutes } from '@lanner/api/http';
import type { ScanProgress } from '@lanner/api';
import { AppError } from '@lanner/core';
import type { DestinationSet } from '../../delivery/destination-set.ts';
import { messageOf } from '../../delivery/delivery.ts';
import { testRule } from '../../intake/decode.ts';
import type { SidekickConfig } from '../../sidekick-config/sidekick-config.ts';
import type { Store } from '../../store/store.ts';
import type { Principal, Tokens } from '../tokens.ts';
import type { Handlers } from '../api.ts';
import { mutable } from './alerts.ts';

export function destinationHandlers(
  set: DestinationSet,
  store: Store,
  uuid: () => string,
): Handlers<typeof destinationRoutes> {
  return {
    async listDestinations() {
      return mutable({ destinations: await destinationStates(set, store), unsupported: set.unsupported });
    },
    async testDestination({ params: { name = '' }, nowMs }) {
      await set.sendNow(
        name,
        messageOf({
          event: {
            uuid: uuid(),
            output: 'This is a test from Lanner',
            priority: 'Debug',
            rule: testRule,
            time: new Date(nowMs).toISOString(),
            source: 'internal',
            output_fields: { 'proc.name': 'lanner', 'user.name': 'lanner' },
            tags: ['example', 'test'],
            hostname: 'lanner',
          },
        }),
      );
      return { ok: true };
    },
    retryDestination({ params: { name = '' } }) {
      set.named(name).delivery.retryNow();
      return Promise.resolve({ ok: true });
    },
    async listDeadLetters({ query }) {
      return mutable({
        letters: await store.deliveries.deadLetters(query.destination ?? null, query.limit, query.before),
      });
    },
    async replayDeadLetters({ body: { ids } }) {
      return replay(set, store, ids);
    },
    async forgetDeadLetters({ body }) {
      return { forgotten: await store.deliveries.forget(body.ids) };
    },
  };
}

/** Destinations and how they do. */
export async function destinationStates(set: DestinationSet, store: Store) {
  const [states, last] = await Promise.all([store.deliveries.states(), store.alerts.lastPosition()]);
  return set.active.map(({ name, title, audience, delivery }) => {
    const { position, ...status } = delivery.status();
    const {
      delivered = 0,
      deadLetters = 0,
      lost = 0,
    } = states.find(({ destination }) => destination === name) ?? {};
    return {
      ...status,
      title,
      audience,
      waiting: Math.max(0, last - position),
      delivered,
      deadLetters,
      lost,
    };
  });
}

async function replay(
  set: DestinationSet,
  store: Store,
  ids: readonly number[],
): Promise<{ delivered: number; failed: { id: number; reason: string }[] }> {
  const failed: { id: number; reason: string }[] = [];
  let delivered = 0;
  for (const id of ids) {
    const [letter] = await store.deliveries.deadLetters(null, 1, id + 1);
    if (letter?.id !== id) {
      failed.push({ id, reason: 'there is no such dead letter' });
      continue;
    }
    try {
      await set.sendNow(letter.destination, messageOf(letter.alert));
      await store.deliveries.forget([id]);
      delivered++;
    } catch (error) {
      failed.push({ id, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  return { delivered, failed };
}

export interface ServerFacts {
  readonly version: string;
  readonly startedMs: number;
  readonly config: SidekickConfig;
  /** What is missing, and the command that brings it. */
  readonly notes: () => readonly string[];
  /** The scan of this machine that is under way; null between scans. */
  readonly scan: () => ScanProgress | null;
}

export function serverHandlers(
  store: Store,
  tokens: Tokens,
  facts: ServerFacts,
): Handlers<typeof serverRoutes> {
  return {
    async health() {
      return { status: (await store.health()).state };
    },
    async overview({ principal }) {
      return mutable(await serverState(store, facts, principal));
    },
    configuration() {
      return Promise.resolve(mutable({ settings: facts.config.effective() }));
    },
    async auditLog({ query }) {
      return mutable({ entries: await store.audit.list(query.limit, query.before) });
    },
    listTokens() {
      return Promise.resolve(mutable({ tokens: tokens.list() }));
    },
    async createToken({ body, nowMs }) {
      if (body.expiresMs !== null && body.expiresMs <= nowMs) {
        throw new AppError('usage.invalid', 'the token would have expired already');
      }
      return mutable(await tokens.create(body, nowMs));
    },
    async revokeToken({ params: { id = '' } }) {
      if (!(await tokens.revoke(id))) {
        throw new AppError('store.missing', `there is no token ${id}`);
      }
      return { ok: true };
    },
  };
}

/** The server, its store, and what is missing, for whoever asks. */
export async function serverState(
  store: Store,
  { version, startedMs, notes, scan }: ServerFacts,
  { name, scopes }: Principal,
) {
  return {
    ...{ version, startedMs, store: { ...(await store.health()) }, you: { name, scopes } },
    ...{ notes: notes(), scan: scan() },
  };
}
