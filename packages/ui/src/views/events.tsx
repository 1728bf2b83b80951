import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { call, may, queryText } from '../api/client.ts';
import { Empty, FailureBox, Shown, Title } from '../components/basic.tsx';
import { Facets } from '../components/facets.tsx';
import { Histogram } from '../components/histogram.tsx';
import { SearchBox } from '../components/search-box.tsx';
import { TimeRange } from '../components/time-range.tsx';
import { VirtualList } from '../components/virtual-list.tsx';
import { eventQuery, usualRange } from '../lib/event-query.ts';
import { type Alert, useFollowing } from '../lib/follow.ts';
import { count } from '../lib/format.ts';
import { useLoaded } from '../lib/load.ts';
import { place, setQuery } from '../lib/place.ts';
import { attempt } from '../lib/toast.ts';
import { saveAlerts } from '../lib/save.ts';
import { AlertPanel } from './alert-panel.tsx';
import { AlertRow, type Row, rowHeight, rowOfAlert, rowOfGroup } from './alert-row.tsx';
import { acknowledge, type Deed, DeedDialog } from './deeds.tsx';

const pageSize = 100;
const refreshMs = 15_000;

const titles = {
  priority: 'Priority',
  status: 'Status',
  rule: 'Rule',
  namespace: 'Namespace',
  image: 'Image',
  container: 'Container',
  hostname: 'Host',
  source: 'Source',
  tags: 'Tag',
};

export function Events(): JSX.Element {
  const { query } = place.value;
  const asked = eventQuery(query);
  const key = asked.toString();
  const isGrouped = query.get('group') !== '0';
  const isLive = query.get('live') === '1';
  const everyMs = isLive ? 0 : refreshMs;
  const list = useRows(key, asked, { isGrouped: isGrouped && !isLive, everyMs });
  const figures = useLoaded(
    key,
    async (signal) => {
      const [{ facets }, { buckets }] = await Promise.all([
        call('alertFacets', { query: withMore(asked, { limit: '12' }), signal }),
        call('alertHistogram', { query: withMore(asked, { buckets: '80', by: 'priority' }), signal }),
      ]);
      return { facets, buckets };
    },
    { everyMs },
  );
  const following = useFollowing(isLive ? queryText(without(asked, ['from', 'to'])) : null);
  const rows = useMemo(
    () => (isLive ? mergeRows(following.alerts.map(rowOfAlert), list.rows) : list.rows),
    [isLive, following.alerts, list.rows],
  );
  const chosen = useChosen(rows);
  const [deed, setDeed] = useState<Deed | null>(null);
  const [turn, setTurn] = useState(0);
  const reload = (): void => {
    setTurn((old) => old + 1);
    list.reload();
    figures.reload();
  };
  useEventKeys({ rows, chosen, setDeed, reload });
  return (
    <div class="events">
      <Title title="Events">
        <SearchBox id="search" placeholder='Search: words, "a phrase", begin*   ( / )' leaves={['sel']} />
        <TimeRange usual={usualRange} />
        <Switch name="live" title="Live" isOn={isLive} on="1" off="" />
        <Switch name="group" title="Groups" isOn={isGrouped && !isLive} on="" off="0" />
        <select
          aria-label="Download"
          value=""
          onChange={({ currentTarget }) => {
            const form = currentTarget.value;
            currentTarget.value = '';
            void attempt(() => saveAlerts(asked, form === 'csv' ? 'csv' : 'json'));
          }}
        >
          <option value="">Download …</option>
          <option value="csv">CSV</option>
          <option value="json">JSON</option>
        </select>
      </Title>
      <div class={chosen.active === null ? 'columns' : 'columns with-panel'}>
        <Shown of={figures}>{({ facets }) => <Facets facets={facets} titles={titles} />}</Shown>
        <div class="middle">
          {figures.value && <Histogram buckets={figures.value.buckets} />}
          <Chosen chosen={chosen} deed={setDeed} reload={reload} />
          {list.failure && <FailureBox failure={list.failure} retry={list.reload} />}
          {rows.length === 0 && !list.isLoading && !list.failure ? (
            <Nothing isNarrow={[...asked.keys()].some((name) => name !== 'from')} />
          ) : (
            <VirtualList
              rows={rows}
              rowHeight={rowHeight}
              keyOf={(row) => row.key}
              active={chosen.index}
              label="Events"
              onEnd={list.more}
              draw={(row, index) => (
                <AlertRow
                  row={row}
                  isActive={index === chosen.index}
                  isChosen={chosen.marked.has(row.fingerprint)}
                  onOpen={() => setQuery({ sel: row.alert.id }, true)}
                  onMark={() => chosen.mark(row.fingerprint)}
                />
              )}
            />
          )}
        </div>
        {chosen.active !== null && (
          <AlertPanel id={chosen.active} turn={turn} onDeed={setDeed} onChange={reload} />
        )}
      </div>
      {deed !== null && (
        <DeedDialog
          deed={deed}
          onDone={() => {
            setDeed(null);
            reload();
          }}
          onClose={() => setDeed(null)}
        />
      )}
    </div>
  );
}

function withMore(query: URLSearchParams, more: Readonly<Record<string, string>>): URLSearchParams {
  return new URLSearchParams([...query, ...Object.entries(more)]);
}

function without(query: URLSearchParams, names: readonly string[]): URLSearchParams {
  return new URLSearchParams([...query].filter(([name]) => !names.includes(name)));
}

/** Alerts that came meanwhile stand before those that were there; none twice. */
function mergeRows(fresh: readonly Row[], old: readonly Row[]): Row[] {
  const keys = new Set(fresh.map(({ key }) => key));
  return [...fresh, ...old.filter(({ key }) => !keys.has(key))];
}

interface Rows {
  readonly rows: readonly Row[];
  readonly failure: ReturnType<typeof useLoaded>['failure'];
  readonly isLoading: boolean;
  readonly more: () => void;
  readonly reload: () => void;
}

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
function useRows(
  key: string,
  asked: URLSearchParams,
  { isGrouped, everyMs }: { readonly isGrouped: boolean; readonly everyMs: number },
): Rows {
  const load = async (
    cursor: string | null,
    signal?: AbortSignal,
  ): Promise<{ rows: Row[]; cursor: string | null }> => {
    const query = withMore(asked, { limit: String(pageSize), ...(cursor === null ? {} : { cursor }) });
    if (isGrouped) {
      const page = await call('alertGroups', { query, signal });
      return { rows: page.groups.map(rowOfGroup), cursor: page.cursor };
    }
    const page = await call('searchAlerts', { query, signal });
    return { rows: page.alerts.map(rowOfAlert), cursor: page.cursor };
  };
  const listKey = `${key} ${isGrouped}`;
  const [further, setFurther] = useState<Further>({ key: '', of: null, rows: [], cursor: null });
  const first = useLoaded(listKey, (signal) => load(null, signal), {
    everyMs: further.key === listKey ? 0 : everyMs,
  });
  const isBusy = useRef(false);
  const own = further.of === first.value ? further : { rows: [], cursor: first.value?.cursor ?? null };
  const rows = useMemo(() => mergeRows(first.value?.rows ?? [], own.rows), [first.value, own.rows]);
  return {
    rows,
    failure: first.failure,
    isLoading: first.isLoading,
    reload: first.reload,
    more: () => {
      if (own.cursor === null || isBusy.current || first.isLoading) {
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

export interface Choice {
  /** The alert whose details are shown. */
  readonly active: string | null;
  readonly index: number;
  /** Groups that the next deed is for. */
  readonly marked: ReadonlySet<string>;
  readonly mark: (fingerprint: string) => void;
  readonly clear: () => void;
}

function useChosen(rows: readonly Row[]): Choice {
  const active = place.value.query.get('sel');
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set());
  return {
    active,
    index: active === null ? -1 : rows.findIndex(({ alert }) => alert.id === active),
    marked,
    mark: (fingerprint) => {
      setMarked((old) => {
        const next = new Set(old);
        if (!next.delete(fingerprint)) {
          next.add(fingerprint);
        }
        return next;
      });
    },
    clear: () => {
      setMarked(new Set());
    },
  };
}

/** Groups as a query of them. */
function queryOf(fingerprints: Iterable<string>): URLSearchParams {
  return new URLSearchParams([...fingerprints].map((value) => ['fingerprint', value]));
}

function Chosen({
  chosen,
  deed,
  reload,
}: {
  readonly chosen: Choice;
  readonly deed: (deed: Deed) => void;
  readonly reload: () => void;
}): JSX.Element | null {
  if (chosen.marked.size === 0 || !may('triage')) {
    return null;
  }
  const query = queryOf(chosen.marked);
  return (
    <div class="bulk" role="toolbar" aria-label="Chosen groups">
      <b>{count(chosen.marked.size)} chosen</b>
      <button
        onClick={() => {
          void acknowledge(query).then(() => {
            chosen.clear();
            reload();
          });
        }}
      >
        Acknowledge
      </button>
      <button onClick={() => deed({ kind: 'assign', query })}>Assign …</button>
      <button onClick={() => deed({ kind: 'comment', query })}>Comment …</button>
      <button onClick={() => deed({ kind: 'silence', query })}>Silence …</button>
      <button class="plain" onClick={chosen.clear}>
        Clear
      </button>
    </div>
  );
}

function Switch({
  name,
  title,
  isOn,
  on,
  off,
}: {
  readonly name: string;
  readonly title: string;
  readonly isOn: boolean;
  readonly on: string;
  readonly off: string;
}): JSX.Element {
  return (
    <button
      class={isOn ? 'switch on' : 'switch'}
      aria-pressed={isOn}
      onClick={() => setQuery({ [name]: isOn ? off : on })}
    >
      {title}
    </button>
  );
}

function Nothing({ isNarrow }: { readonly isNarrow: boolean }): JSX.Element {
  return isNarrow ? (
    <Empty title="No event matches">
      <a href="/events?from=all">Take away all conditions</a>, or choose a longer time above.
    </Empty>
  ) : (
    <Empty title="No events in this time">
      Falco sends them with <code>http_output.url: http://127.0.0.1:2801/</code>; <code>lanner up</code>{' '}
      watches this machine; other machines join with the command that <code>lanner server token</code> prints.
    </Empty>
  );
}

/** j and k go through the rows, Enter and Escape open and close, x marks, a acknowledges, s silences, e excepts, c comments. */
function useEventKeys({
  rows,
  chosen,
  setDeed,
  reload,
}: {
  readonly rows: readonly Row[];
  readonly chosen: Choice;
  readonly setDeed: (deed: Deed) => void;
  readonly reload: () => void;
}): void {
  const latest = useRef<(event: KeyboardEvent) => void>(() => undefined);
  latest.current = (event) => {
    const inField =
      event.target instanceof Element && event.target.closest('input, select, textarea, dialog') !== null;
    if (inField || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const current = rows[chosen.index];
    const move = (step: number): void => {
      const next: Alert | undefined =
        rows[Math.max(0, Math.min(rows.length - 1, chosen.index + step))]?.alert;
      if (next !== undefined) {
        setQuery({ sel: next.id }, true);
      }
    };
    const query = queryOf(
      chosen.marked.size > 0 ? chosen.marked : current === undefined ? [] : [current.fingerprint],
    );
    const canAct = query.size > 0 && may('triage');
    const keys: Readonly<Record<string, () => void>> = {
      j: () => move(1),
      k: () => move(-1),
      Escape: () => setQuery({ sel: '' }, true),
      '/': () => document.getElementById('search')?.focus(),
      ...(current === undefined ? {} : { x: () => chosen.mark(current.fingerprint) }),
      ...(canAct
        ? {
            a: () => {
              void acknowledge(query).then(reload);
            },
            s: () => setDeed({ kind: 'silence', query }),
            c: () => setDeed({ kind: 'comment', query }),
            e: () => setDeed({ kind: 'exception', query }),
          }
        : {}),
    };
    const act = keys[event.key];
    if (act !== undefined) {
      event.preventDefault();
      act();
    }
  };
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => latest.current(event);
    document.addEventListener('keydown', listen);
    return () => {
      document.removeEventListener('keydown', listen);
    };
  }, []);
}
