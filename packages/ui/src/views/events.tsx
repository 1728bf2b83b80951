import { momentMs } from '@lanner/api';
import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { may, queryText } from '../api/client.ts';
import { Empty, FailureBox, Title } from '../components/basic.tsx';
import { Download } from '../components/download.tsx';
import { Facets } from '../components/facets.tsx';
import { Histogram, spanOf } from '../components/histogram.tsx';
import { Name } from '../components/name.tsx';
import { SearchBox } from '../components/search-box.tsx';
import { TimeBar } from '../components/time-bar.tsx';
import { TimeRange } from '../components/time-range.tsx';
import { VirtualList } from '../components/virtual-list.tsx';
import { eventQuery, usualRange } from '../lib/event-query.ts';
import { useFollowing } from '../lib/follow.ts';
import { count, exactMoment } from '../lib/format.ts';
import { isNarrow } from '../lib/narrow.ts';
import { place, setQuery } from '../lib/place.ts';
import { alertTable } from '../lib/save.ts';
import { zone } from '../lib/settings.ts';
import { AlertPanel } from './alert-panel.tsx';
import { AlertRow, type Row, rowHeights, rowOfAlert } from './alert-row.tsx';
import { acknowledge, type Deed, DeedDialog } from './deeds.tsx';
import { type Choice, queryOf, useChosen, useEventKeys } from './event-choice.ts';
import { mergeRows, mostRows, useRows } from './event-rows.ts';

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
  const at = isLive ? '' : (query.get('at') ?? '');
  const list = useRows(key, asked, { isGrouped: isGrouped && !isLive, at, everyMs });
  const [top, setTop] = useState(0);
  const following = useFollowing(isLive ? queryText(without(asked, ['from', 'to'])) : null);
  const rows = useMemo(
    () => (isLive ? mergeRows(following.alerts.map(rowOfAlert), list.rows) : list.rows),
    [isLive, following.alerts, list.rows],
  );
  const span = list.figures === null ? null : spanOf(list.figures.buckets);
  const chosen = useChosen(rows);
  const [deed, setDeed] = useState<Deed | null>(null);
  const [turn, setTurn] = useState(0);
  const reload = (): void => {
    setTurn((old) => old + 1);
    list.reload();
  };
  useEventKeys({ rows, chosen, setDeed, reload });
  return (
    <div class="events">
      <Title title="Events">
        <SearchBox id="search" placeholder='Search: words, "a phrase", begin*   ( / )' leaves={['sel']} />
        <TimeRange usual={usualRange} />
        <Switch name="live" title="Live" isOn={isLive} on="1" off="" />
        <Switch name="group" title="Groups" isOn={isGrouped && !isLive} on="" off="0" />
        <Download name="events" table={() => alertTable(asked)} />
      </Title>
      <div class={chosen.active === null ? 'columns' : 'columns with-panel'}>
        {list.figures === null ? (
          <div class="narrowing">{!list.failure && <p class="muted pad">Loading …</p>}</div>
        ) : (
          <Facets
            facets={list.figures.facets}
            titles={titles}
            textOf={(facet, value) => (facet === 'image' ? <Name of={value} /> : value)}
          />
        )}
        <div class="middle">
          {list.figures && <Histogram buckets={list.figures.buckets} share={list.figures.share} />}
          {span !== null && !isLive && <TimeBar {...span} atUs={rows[top]?.alert.timeUs ?? null} />}
          {at !== '' && (
            <p class="past" role="status">
              From {atText(at)} back.{' '}
              <button class="plain" onClick={() => setQuery({ at: '' }, true)}>
                To the newest
              </button>
            </p>
          )}
          <Chosen chosen={chosen} deed={setDeed} reload={reload} />
          {list.failure && <FailureBox failure={list.failure} retry={list.reload} />}
          {rows.length === 0 && !list.isLoading && !list.failure ? (
            <Nothing isFiltered={[...asked.keys()].some((name) => name !== 'from')} />
          ) : (
            <VirtualList
              key={`${key} ${at}`}
              rows={rows}
              rowHeight={rowHeights[isNarrow.value ? 'narrow' : 'wide']}
              keyOf={(row) => row.key}
              active={chosen.index}
              label="Events"
              onEnd={list.more}
              ahead={60}
              onFirst={setTop}
              end={list.hasMore && !isLive && <End rows={rows} />}
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

function without(query: URLSearchParams, names: readonly string[]): URLSearchParams {
  return new URLSearchParams([...query].filter(([name]) => !names.includes(name)));
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

/** Below the last row: more is coming, or there are so many that one goes on from there. */
function End({ rows }: { readonly rows: readonly Row[] }): JSX.Element {
  const last = rows.at(-1);
  return last === undefined || rows.length < mostRows ? (
    <p class="muted pad">More …</p>
  ) : (
    <p class="pad">
      {count(rows.length)} rows are shown.{' '}
      <button
        class="plain"
        onClick={() => setQuery({ at: new Date(Math.ceil(last.alert.timeUs / 1000)).toISOString() }, true)}
      >
        Go on from the last
      </button>
    </p>
  );
}

function atText(at: string): string {
  const ms = momentMs(at, Date.now());
  return ms === null ? at : exactMoment(ms, zone.value).slice(0, 19);
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

function Nothing({ isFiltered }: { readonly isFiltered: boolean }): JSX.Element {
  return isFiltered ? (
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
