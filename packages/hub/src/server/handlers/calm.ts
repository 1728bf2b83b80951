import { createHash } from 'node:crypto';
import type { AlertQuery, StoredAlert } from '@lanner/api';
import type { calmRoutes } from '@lanner/api/http';
import { AppError } from '@lanner/core';
import { effectOn, type ExceptionProposal, exceptionText, proposeException } from '../../calm/exceptions.ts';
import { type KeptException, savedExceptions } from '../../calm/saved-exceptions.ts';
import type { Silences } from '../../calm/silences.ts';
import type { RulesPart } from '../../rules/rules-part.ts';
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
      const chosen = await collect(alerts, alertQueryOf(query, nowMs), maxChosen);
      const proposal = proposeException(chosen.alerts, body.fields);
      return mutable({ proposal, effect: await replay(alerts, proposal) });
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

async function replay(
  alerts: AlertStore,
  proposal: ExceptionProposal,
): Promise<{
  text: string;
  hidden: number;
  kept: number;
  unknown: number;
  examined: number;
  complete: boolean;
}> {
  const counts = { hidden: 0, kept: 0, unknown: 0 };
  const { complete } = await collect(alerts, { any: { rule: [proposal.rule] } }, maxExamined, (alert) => {
    counts[effectOn(alert, proposal)]++;
  });
  return { text: exceptionText([proposal]), ...counts, examined: sum(counts), complete };
}

function sum({ hidden, kept, unknown }: { hidden: number; kept: number; unknown: number }): number {
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
