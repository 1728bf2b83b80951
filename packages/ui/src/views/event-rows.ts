import { useMemo, useRef, useState } from 'preact/hooks';
import { type Answer, call } from '../api/client.ts';
import { useLoaded } from '../lib/load.ts';
import { attempt } from '../lib/toast.ts';
import { type Row, rowOfEvent } from './alert-row.tsx';

const pageSize = 100;
/** Rows that are kept; whoever wants to see more goes on from the last. */
export const mostRows = 5000;

export function withMore(query: URLSearchParams, more: Readonly<Record<string, string>>): URLSearchParams {
  return new URLSearchParams([...query, ...Object.entries(more)]);
}

interface Rows {
  readonly rows: readonly Row[];
  /** Facets and counts over time; null before the first answer. */
  readonly figures: Answer<'eventsView'>['figures'];
  readonly failure: ReturnType<typeof useLoaded>['failure'];
  readonly isLoading: boolean;
  /** There are rows below the last. */
  readonly hasMore: boolean;
  readonly more: () => void;
  readonly reload: () => void;
}

type Page = Omit<Answer<'eventsView'>, 'rows'> & { readonly rows: Row[] };

/** Pages after the first one. */
interface Further {
  /** The list, and its first page, that they follow. */
  readonly key: string;
  readonly of: unknown;
  readonly rows: readonly Row[];
  readonly cursor: string | null;
}

/**
 * Pages of alerts or groups; the next one is asked for when its rows come in sight. Whoever has not gone further than the
 * first sees what is new.
 */
export function useRows(
  key: string,
  asked: URLSearchParams,
  {
    isGrouped,
    at,
    everyMs,
  }: {
    readonly isGrouped: boolean;
    /** Where in the list the rows begin; empty for its newest. */
    readonly at: string;
    readonly everyMs: number;
  },
): Rows {
  const load = async (cursor: string | null, signal?: AbortSignal): Promise<Page> => {
    const rows = isGrouped ? 'groups' : 'alerts';
    const more = {
      rows,
      limit: String(pageSize),
      ...(cursor === null ? {} : { cursor }),
      ...(at === '' ? {} : { at }),
    };
    const page = await call('eventsView', { query: withMore(asked, more), signal });
    return { ...page, rows: page.rows.map((row) => rowOfEvent(row, isGrouped)) };
  };
  const listKey = `${key} ${isGrouped} ${at}`;
  const [further, setFurther] = useState<Further>({ key: '', of: null, rows: [], cursor: null });
  const first = useLoaded(listKey, (signal) => load(null, signal), {
    everyMs: further.key === listKey ? 0 : everyMs,
  });
  const late = useLateFigures(listKey, first.value, asked);
  const isBusy = useRef(false);
  const own = further.of === first.value ? further : { rows: [], cursor: first.value?.cursor ?? null };
  const rows = useMemo(() => mergeRows(first.value?.rows ?? [], own.rows), [first.value, own.rows]);
  return {
    rows,
    figures: late.value ?? first.value?.figures ?? null,
    failure: first.failure ?? late.failure,
    isLoading: first.isLoading,
    reload: first.reload,
    hasMore: own.cursor !== null,
    more: () => {
      if (own.cursor === null || rows.length >= mostRows || isBusy.current || first.isLoading) {
        return;
      }
      isBusy.current = true;
      void attempt(async () => {
        const page = await load(own.cursor);
        setFurther({ key: listKey, of: first.value, rows: [...own.rows, ...page.rows], cursor: page.cursor });
        return '';
      }).finally(() => {
        isBusy.current = false;
      });
    },
  };
}

/** Figures of a share of the alerts only are asked for by themselves, for each answer that has such. */
function useLateFigures(
  key: string,
  page: Page | null,
  asked: URLSearchParams,
): ReturnType<typeof useLoaded<Answer<'eventsView'>['figures']>> {
  const isLate = page !== null && (page.figures?.share ?? 1) < 1;
  const answers = useRef(0);
  const answer = useMemo(() => ++answers.current, [page]);
  return useLoaded(`${key} ${isLate ? answer : ''}`, async (signal) => {
    let figures = isLate ? page.figures : null;
    // The server remembers what it looked at: each answer is of more, as long as it has room for that.
    for (let share = -1; figures !== null && figures.share < 1 && figures.share > share;) {
      share = figures.share;
      ({ figures } = await call('eventsView', { query: withMore(asked, { rows: 'none' }), signal }));
    }
    return figures;
  });
}

/** Alerts that came meanwhile stand before those that were there; none twice. */
export function mergeRows(fresh: readonly Row[], old: readonly Row[]): Row[] {
  const keys = new Set(fresh.map(({ key }) => key));
  return [...fresh, ...old.filter(({ key }) => !keys.has(key))];
}
