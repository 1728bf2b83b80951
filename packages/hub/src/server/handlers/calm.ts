import { createHash } from 'node:crypto';
import type { AlertQuery, StoredAlert } from '@lanner/api';
import type { calmRoutes, ExceptionEffect } from '@lanner/api/http';
import { AppError } from '@lanner/core';
import type { z } from 'zod';
import { effectOn, type ExceptionProposal, exceptionText, proposeException } from '../../calm/exceptions.ts';
import { type KeptException, savedExceptions } from '../../calm/saved-exceptions.ts';
import type { Silences } from '../../calm/silences.ts';
import type { RulesPart } from '../../rules/rules-part.ts';
import { alertMatcher } from '../../store/alert-match.ts';
import type { AlertStore } from '../../store/alert-store.ts';
import type { DocumentStore } from '../../store/document-store.ts';
import { Turns } from '../../lib/turns.ts';
import type { Handlers } from '../api.ts';
import { alertQueryOf } from '../query.ts';
import { mutable } from './alerts.ts';

const pageSize = 1000;
/** Alerts over which an exception is replayed at most. */
const maxExamined = 50_000;
/** Alerts of which an exception is made at most. */
const maxChosen = 5000;

export function calmHandlers(
  alerts: AlertStore,
  silences: Silences,
  documents: DocumentStore,
  rules: Pick<RulesPart, 'setExceptions'> | null,
): Handlers<typeof calmRoutes> {
  const proposals = async (but: string): Promise<ExceptionProposal[]> =>
    (await savedExceptions(documents)).filter(({ id }) => id !== but).map(({ kept }) => kept.proposal);
  const changes = new Turns();
  return {
    listSilences({ nowMs }) {
      return Promise.resolve(mutable({ silences: silences.list(nowMs) }));
    },
    async createSilence({ body, principal, nowMs }) {
      if (body.expiresMs <= nowMs) {
        throw new AppError('usage.invalid', 'the silence would have expired already');
      }
      return mutable(await silences.create(body, principal.name, nowMs));
    },
    async endSilence({ params: { id = '' } }) {
      await found(silences.end(id), `there is no silence ${id}`);
      return { ok: true };
    },
    async proposeException({ query, body, nowMs }) {
      const wanted = alertQueryOf(query, nowMs);
      const chosen = await collect(alerts, wanted, maxChosen);
      const proposal = proposeException(chosen.alerts, body.fields);
      return mutable({ proposal, effect: await replay(alerts, proposal, alertMatcher(wanted)) });
    },
    async previewException({ body }) {
      return replay(alerts, checked(body));
    },
    async saveException({ body, principal, nowMs }) {
      const proposal = checked(body);
      const id = createHash('sha256')
        .update(JSON.stringify([proposal.rule, proposal.name]))
        .digest('hex')
        .slice(0, 16);
      const applied = await changes.take(async () => {
        const others = await proposals(id);
        // First where it has to work: one that the rules do not take is not kept.
        const isInForce = (await rules?.setExceptions([...others, proposal])) ?? false;
        const kept: KeptException = { proposal, by: principal.name, savedMs: nowMs };
        await documents.put('exception', id, kept);
        return isInForce;
      });
      return { id, text: exceptionText([proposal]), applied };
    },
    async listExceptions() {
      const all = await savedExceptions(documents);
      return mutable({
        exceptions: all.map(({ id, kept }) => ({ id, ...kept })),
        text: exceptionText(all.map(({ kept }) => kept.proposal)),
      });
    },
    async removeException({ params: { id = '' } }) {
      await changes.take(async () => {
        await found(
          documents.get('exception', id).then((known) => known !== null),
          `there is no exception ${id}`,
        );
        await rules?.setExceptions(await proposals(id));
        await documents.remove('exception', id);
      });
      return { ok: true };
    },
  };
}

async function found(known: Promise<boolean>, message: string): Promise<void> {
  if (!(await known)) {
    throw new AppError('store.missing', message);
  }
}

function checked(proposal: ExceptionProposal): ExceptionProposal {
  const { fields, comps, values } = proposal;
  if (comps.length !== fields.length || values.some((row) => row.length !== fields.length)) {
    throw new AppError('usage.invalid', 'fields, comps and each row of values must be equally long');
  }
  return proposal;
}

interface Effects {
  hidden: number;
  kept: number;
  unknown: number;
}

/** `isChosen`: whether the exception is meant for an alert; null where that is not said. */
async function replay(
  alerts: AlertStore,
  proposal: ExceptionProposal,
  isChosen: ((alert: StoredAlert) => boolean) | null = null,
): Promise<z.infer<typeof ExceptionEffect>> {
  const counts: Effects = { hidden: 0, kept: 0, unknown: 0 };
  const chosen: Effects = { hidden: 0, kept: 0, unknown: 0 };
  const { complete } = await collect(alerts, { any: { rule: [proposal.rule] } }, maxExamined, (alert) => {
    const effect = effectOn(alert, proposal);
    counts[effect]++;
    chosen[effect] += isChosen?.(alert) === true ? 1 : 0;
  });
  return {
    ...{ text: exceptionText([proposal]), ...counts, examined: sum(counts), complete },
    chosen: isChosen === null ? null : chosen,
  };
}

function sum({ hidden, kept, unknown }: Effects): number {
  return hidden + kept + unknown;
}

/** Pages through a query. With a visitor nothing is kept. */
async function collect(
  store: AlertStore,
  query: AlertQuery,
  most: number,
  visit?: (alert: StoredAlert) => void,
): Promise<{ alerts: StoredAlert[]; complete: boolean }> {
  const alerts: StoredAlert[] = [];
  let count = 0;
  let cursor: string | null | undefined;
  do {
    const page = await store.search(query, Math.min(pageSize, most - count), cursor ?? undefined);
    for (const alert of page.alerts) {
      count++;
      if (visit === undefined) {
        alerts.push(alert);
      } else {
        visit(alert);
      }
    }
    cursor = page.cursor;
  } while (cursor !== null && count < most);
  return { alerts, complete: cursor === null };
}
