import { useMemo, useRef, useState } from 'preact/hooks';
import type { Failure } from '../api/client.ts';
import { soonMs, useLoaded } from './load.ts';
import { attempt } from './toast.ts';

interface Paged {
  readonly cursor: string | null;
}

/** Pages after the first one. */
interface Further<Row> {
  /** The first page that they follow. */
  readonly of: unknown;
  readonly rows: readonly Row[];
  readonly cursor: string | null;
}

export interface Pages<Page, Row> {
  /** Null before it came. */
  readonly first: Page | null;
  readonly rows: readonly Row[];
  readonly failure: Failure | null;
  readonly isLoading: boolean;
  /** Asks for the next page; nothing when there is none, or when it is on its way. */
  readonly more: () => void;
  readonly reload: () => void;
}

/** Pages of a list, of which the next one is asked for when its rows are about to come in sight. */
export function usePages<Page extends Paged, Row>(
  key: string,
  load: (cursor: string | null, signal?: AbortSignal) => Promise<Page>,
  rowsOf: (page: Page) => readonly Row[],
  isChanging: (page: Page) => boolean = () => false,
): Pages<Page, Row> {
  const [further, setFurther] = useState<Further<Row>>({ of: null, rows: [], cursor: null });
  const first = useLoaded(key, (signal) => load(null, signal), {
    everyMs: (page) => {
      const comes = page !== null && (rowsOf(page).length === 0 || isChanging(page));
      // Whoever has gone on to further pages keeps them.
      return comes && (further.of !== page || further.rows.length === 0) ? soonMs : 0;
    },
  });
  const isBusy = useRef(false);
  const own =
    further.of === first.value ? further : { of: null, rows: [], cursor: first.value?.cursor ?? null };
  const rows = useMemo(
    () => [...(first.value === null ? [] : rowsOf(first.value)), ...own.rows],
    [first.value, own.rows],
  );
  const more = (): void => {
    if (own.cursor === null || isBusy.current || first.isLoading) {
      return;
    }
    isBusy.current = true;
    void attempt(async () => {
      const page = await load(own.cursor);
      setFurther({ of: first.value, rows: [...own.rows, ...rowsOf(page)], cursor: page.cursor });
      return '';
    }).finally(() => {
      isBusy.current = false;
    });
  };
  return {
    first: first.value,
    rows,
    failure: first.failure,
    isLoading: first.isLoading,
    more,
    reload: first.reload,
  };
}
