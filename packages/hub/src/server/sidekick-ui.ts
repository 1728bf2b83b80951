import { type AlertFacet, type AlertQuery, exactJson, parseExactJson, type StoredAlert } from '@lanner/api';
import { AppError } from '@lanner/core';
import type { Context } from 'hono';
import type { EventIntake } from '../intake/event-intake.ts';
import type { AlertStore } from '../store/alert-store.ts';
import type { Api } from './api.ts';

const countedBy: readonly AlertFacet[] = ['priority', 'rule', 'source', 'tags', 'hostname'];
const maxValues = 1000;
const units: Readonly<Record<string, number>> = {
  s: 1,
  second: 1,
  m: 60,
  min: 60,
  minute: 60,
  h: 3600,
  hour: 3600,
  d: 86_400,
  day: 86_400,
  w: 604_800,
  W: 604_800,
  week: 604_800,
  M: 2_592_000,
  month: 2_592_000,
  y: 31_536_000,
  year: 31_536_000,
};

/** The paths of falcosidekick-ui's API, with its parameters and shapes. */
export function addSidekickUi(
  api: Api,
  { alerts, intake, now }: { alerts: AlertStore; intake: EventIntake; now: () => number },
): void {
  const view =
    (answer: (context: Context) => Promise<unknown>) =>
    async (context: Context): Promise<Response> => {
      const admitted = api.admit(context, { scope: 'view' });
      return admitted instanceof Response ? admitted : json(context, await answer(context));
    };
  const queryOf = (context: Context): AlertQuery =>
    sidekickQuery((name) => context.req.query(name) ?? '', now());
  api.app.get(
    '/api/v1/events/count',
    view(async (context) => ({ statistics: { all: await alerts.count(queryOf(context)) } })),
  );
  for (const facet of countedBy) {
    api.app.get(
      `/api/v1/events/count/${facet}`,
      view(async (context) => {
        const query = queryOf(context);
        const [all, facets] = await Promise.all([
          alerts.count(query),
          alerts.facets(query, [facet], maxValues),
        ]);
        const counts = facets[facet] ?? [];
        return {
          results: Object.fromEntries(counts.map(({ value, count }) => [value, count])),
          statistics: { all, distincts: counts.length },
        };
      }),
    );
  }
  api.app.get(
    '/api/v1/events/search',
    view(async (context) => {
      const query = queryOf(context);
      const limit = whole(context.req.query('limit'), 100, 10_000);
      const page = whole(context.req.query('page'), 1, 100_000);
      const [all, found] = await Promise.all([alerts.count(query), pageOf(alerts, query, limit, page)]);
      return { results: found.map(({ event }) => event), statistics: { returned: found.length, all } };
    }),
  );
  const take = async (context: Context): Promise<Response> => {
    const admitted = api.admit(context, { scope: 'intake' });
    if (admitted instanceof Response) {
      return admitted;
    }
    await intake.take(exactJson(wrappedEvent(await context.req.text())));
    return json(context, '{}');
  };
  for (const path of ['/', '/api/v1/', '/api/v1/events/add']) {
    api.app.post(path, take);
  }
}

function json(context: Context, value: unknown): Response {
  const indent = context.req.query('pretty') === 'true' ? 2 : undefined;
  return new Response(exactJson(value, indent), { headers: { 'content-type': 'application/json' } });
}

/** What falcosidekick sends to its page: the event, and the outputs that are on. */
function wrappedEvent(body: string): unknown {
  try {
    const value = parseExactJson(body);
    if (typeof value === 'object' && value !== null && 'event' in value) {
      return value.event;
    }
  } catch (error) {
    throw new AppError('alert.invalid', 'the body is no JSON', { cause: error });
  }
  throw new AppError('alert.invalid', 'the body has no event');
}

export function sidekickQuery(parameter: (name: string) => string, nowMs: number): AlertQuery {
  const text = (name: string): string => {
    const value = parameter(name);
    return value === 'null' ? '' : value;
  };
  const any = Object.fromEntries(
    countedBy.flatMap((facet) => {
      const values = text(facet)
        .split(',')
        .filter((value) => value !== '');
      return values.length === 0 ? [] : [[facet, values] as const];
    }),
  );
  const [, amount, unit = 's'] = /^(\d{1,9})([a-zA-Z]*?)s?$/.exec(text('since')) ?? [];
  const seconds = amount === undefined ? null : Number(amount) * (units[unit === '' ? 's' : unit] ?? 0);
  const contains = text('filter');
  return {
    ...(Object.keys(any).length === 0 ? {} : { any }),
    ...(seconds === null || seconds === 0 ? {} : { fromUs: (nowMs - seconds * 1000) * 1000 }),
    ...(contains === '' ? {} : { contains }),
  };
}

function whole(text: string | undefined, usual: number, most: number): number {
  const value = Number(text);
  return text === undefined || !Number.isSafeInteger(value) || value < 1 ? usual : Math.min(value, most);
}

/** Pages of the store are smaller than those that falcosidekick-ui's clients may ask for. */
const storePage = 1000;

async function pageOf(
  alerts: AlertStore,
  query: AlertQuery,
  limit: number,
  page: number,
): Promise<readonly StoredAlert[]> {
  const found: StoredAlert[] = [];
  const first = (page - 1) * limit;
  let seen = 0;
  let cursor: string | null | undefined;
  do {
    const size = Math.min(storePage, first + limit - seen);
    const next = await alerts.search(query, size, cursor ?? undefined);
    found.push(...next.alerts.slice(Math.max(0, first - seen)));
    seen += next.alerts.length;
    cursor = next.cursor;
  } while (cursor !== null && seen < first + limit);
  return found;
}
