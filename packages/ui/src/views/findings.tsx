import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { type Answer, call, may } from '../api/client.ts';
import { AsOf, PastNote } from '../components/as-of.tsx';
import { Empty, FailureBox, Title } from '../components/basic.tsx';
import { Changes } from '../components/changes.tsx';
import { Download } from '../components/download.tsx';
import { Scanning } from '../components/scanning.tsx';
import { RowBar } from '../components/row-bar.tsx';
import { SearchBox } from '../components/search-box.tsx';
import { Trend } from '../components/trend.tsx';
import { VirtualList } from '../components/virtual-list.tsx';
import { findingTable } from '../lib/finding-table.ts';
import {
  findingQuery,
  type Grouping,
  groupingOf,
  groupings,
  keyOf,
  keyText,
  type Subject,
} from '../lib/finding-query.ts';
import { count } from '../lib/format.ts';
import { useKeys } from '../lib/keys.ts';
import { isNarrow } from '../lib/narrow.ts';
import { usePages } from '../lib/pages.ts';
import { place, setQuery } from '../lib/place.ts';
import { useRank } from '../lib/rank.ts';
import { AcceptRisk, type Risk } from './accept-risk.tsx';
import { FindingFacets, OtherConditions } from './finding-conditions.tsx';
import { FindingPanel } from './finding-panel.tsx';
import {
  type Finding,
  FindingRow,
  type Group,
  GroupRow,
  linkWith,
  RowHeads,
  rowHeights,
  SeverityCounts,
} from './finding-rows.tsx';

type Look = Answer<'lookAtFindings'>;

const pageSize = '100';
/** What only the first page carries. */
const wholeLook: Readonly<Record<Subject, readonly [string, string][]>> = {
  vulnerability: [
    ['facets', 'severity,fixable,kev,accepted,packageName,artifact'],
    ['trend_from', '30d'],
  ],
  secret: [
    ['facets', 'severity,accepted,id,artifact'],
    ['trend_from', '30d'],
    ['upgrades', '0'],
  ],
};

export function Vulnerabilities(): JSX.Element {
  return (
    <Findings
      title="Vulnerabilities"
      kinds="vulnerability,end-of-life,update"
      nothing="Nothing known is open in what was scanned."
      by={['', 'artifact', 'package', 'id']}
      subject="vulnerability"
      searches="CVE, package, image or title"
    />
  );
}

export function Secrets(): JSX.Element {
  return (
    <Findings
      title="Secrets"
      kinds="secret"
      nothing="No secret lies in what was scanned."
      by={['', 'artifact', 'id']}
      subject="secret"
      searches="Rule, file, image or title"
    />
  );
}

function Findings({
  title,
  kinds,
  nothing,
  by: choices,
  subject,
  searches,
}: {
  readonly title: string;
  readonly kinds: string;
  readonly nothing: string;
  readonly by: readonly Grouping[];
  readonly subject: Subject;
  /** What the search finds, in its box. */
  readonly searches: string;
}): JSX.Element {
  const { query } = place.value;
  const asked = findingQuery(query, kinds);
  const by = groupingOf(query);
  if (by !== '') {
    asked.set('by', by);
  }
  const key = asked.toString();
  const at = useRank(key, query.get('at') ?? '');
  const list = usePages<Look, Finding | Group>(
    `${key} ${at}`,
    (cursor, signal) => lookAt(asked, { cursor, at, subject }, signal),
    ({ groups, findings }) => [...groups, ...findings],
    ({ scan }) => scan !== null,
  );
  const [accepting, setAccepting] = useState<Risk | null>(null);
  const [turn, setTurn] = useState(0);
  const [top, setTop] = useState(0);
  const reload = (): void => {
    setTurn((old) => old + 1);
    list.reload();
  };
  const selected = keyOf(query.get('sel') ?? '');
  const look = list.first;
  const active = useFindingKeys(list.rows, selected === null ? null : keyText(selected), setAccepting);
  return (
    <div class="full">
      <Title title={title}>
        <SearchBox id="search" placeholder={searches} leaves={['sel']} />
        <Groupings by={by} choices={choices} subject={subject} />
        <AsOf />
        <Download name={title.toLowerCase()} table={() => findingTable(asked, by)} />
      </Title>
      {look === null ? (
        list.failure === null && <p class="muted pad">Loading …</p>
      ) : (
        <div class={selected === null ? 'columns' : 'columns with-panel'}>
          <FindingFacets look={look} subject={subject} />
          <div class="middle" aria-busy={list.isLoading}>
            <PastNote atMs={look.atMs} />
            <Scanning scan={look.scan} />
            <Summary look={look} by={by} subject={subject} />
            <OtherConditions subject={subject} />
            {subject === 'vulnerability' && by !== 'artifact' && <Upgrades look={look} />}
            {list.rows.length === 0 ? (
              <Nothing isFiltered={[...asked.keys()].some((name) => name !== 'kind' && name !== 'by')}>
                {nothing}
              </Nothing>
            ) : (
              <>
                <RowBar total={by === '' ? look.count : look.groupCount} skipped={look.skipped} top={top} />
                <RowHeads by={by} subject={subject} />
                <VirtualList
                  key={`${key} ${at}`}
                  rows={list.rows}
                  rowHeight={rowHeights[isNarrow.value ? 'narrow' : 'wide']}
                  keyOf={(row) => ('key' in row ? row.key : keyText(row))}
                  active={active}
                  label={title}
                  onEnd={list.more}
                  ahead={60}
                  onFirst={setTop}
                  draw={(row) =>
                    'key' in row ? (
                      <GroupRow group={row} by={by === '' ? 'id' : by} subject={subject} />
                    ) : (
                      <FindingRow
                        finding={row}
                        subject={subject}
                        isActive={selected !== null && keyText(selected) === keyText(row)}
                        onAccept={setAccepting}
                      />
                    )
                  }
                />
              </>
            )}
          </div>
          {selected !== null && (
            <FindingPanel of={selected} turn={turn} onAccept={setAccepting} onChange={reload} />
          )}
        </div>
      )}
      {list.failure && <FailureBox failure={list.failure} retry={list.reload} />}
      {accepting !== null && (
        <AcceptRisk
          risk={accepting}
          onClose={() => setAccepting(null)}
          onDone={() => {
            setAccepting(null);
            reload();
          }}
        />
      )}
    </div>
  );
}

/**
 * j and k go through findings, Escape closes the one that is open, a accepts its risk, / goes to the search. Gives the
 * place of the open one in the list, -1 for none.
 */
function useFindingKeys(
  rows: readonly (Finding | Group)[],
  selected: string | null,
  accept: (risk: Risk) => void,
): number {
  const findings = rows.filter((row): row is Finding => !('key' in row));
  const at = findings.findIndex((finding) => keyText(finding) === selected);
  const move = (step: number): void => {
    const next = findings[Math.max(0, Math.min(findings.length - 1, at + step))];
    if (next !== undefined) {
      setQuery({ sel: keyText(next) }, true);
    }
  };
  const current = findings[at];
  const canAccept = current !== undefined && current.accepted === null && current.fixedMs === null;
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    Escape: () => setQuery({ sel: '' }, true),
    '/': () => document.getElementById('search')?.focus(),
    ...(canAccept && may('triage') ? { a: () => accept(current) } : {}),
  });
  return at;
}

function lookAt(
  asked: URLSearchParams,
  { cursor, at, subject }: { readonly cursor: string | null; readonly at: string; readonly subject: Subject },
  signal?: AbortSignal,
): Promise<Look> {
  const query = new URLSearchParams([
    ...asked,
    ['limit', pageSize],
    ...(cursor === null
      ? [...wholeLook[subject], ...(/^\d{1,7}$/.test(at) ? [['skip', at]] : [])]
      : [
          ['cursor', cursor],
          ['upgrades', '0'],
        ]),
  ] as [string, string][]);
  return call('lookAtFindings', { query, ...(signal === undefined ? {} : { signal }) });
}

function Groupings({
  by,
  choices,
  subject,
}: {
  readonly by: Grouping;
  readonly choices: readonly Grouping[];
  readonly subject: Subject;
}): JSX.Element {
  return (
    <div class="choice" role="group" aria-label="Put together">
      {choices.map((choice) => (
        <button
          key={choice}
          class={choice === by ? 'on' : ''}
          aria-pressed={choice === by}
          onClick={() => setQuery({ by: choice, sel: '' })}
        >
          {groupings[subject][choice]}
        </button>
      ))}
    </div>
  );
}

function Summary({
  look,
  by,
  subject,
}: {
  readonly look: Look;
  readonly by: Grouping;
  readonly subject: Subject;
}): JSX.Element {
  const { count: found, groupCount, severities, trend, changes } = look;
  const isPast = (place.value.query.get('as_of') ?? '') !== '';
  return (
    <div class="summary-strip">
      <div>
        <p class="figure">
          <b>{count(found)}</b> {foundNouns[subject][found === 1 ? 0 : 1]}
          {by !== '' &&
            ` ${subject === 'secret' && by === 'id' ? 'by' : 'in'} ${count(groupCount)} ${nounsOf(by, subject)[groupCount === 1 ? 0 : 1]}`}
        </p>
        <SeverityCounts counts={severities} />
      </div>
      <div>
        <p class="muted">In the {isPast ? '7 days before' : 'last 7 days'}</p>
        <Changes
          now={changes.now}
          before={changes.before}
          linkOf={(kind) => linkWith({ change: kind, by: '', sel: '' })}
        />
      </div>
      <Trend steps={trend} title="Open" />
    </div>
  );
}

const foundNouns = { vulnerability: ['finding', 'findings'], secret: ['secret', 'secrets'] } as const;

function nounsOf(by: Exclude<Grouping, ''>, subject: Subject): readonly [one: string, several: string] {
  return by === 'id' && subject === 'secret' ? ['rule', 'rules'] : nouns[by];
}

const nouns = {
  artifact: ['image or host', 'images and hosts'],
  package: ['package', 'packages'],
  id: ['vulnerability', 'vulnerabilities'],
} as const;

/** What helps most: a few packages, and how many of the findings go with them. */
function Upgrades({ look: { upgrades, count: found } }: { readonly look: Look }): JSX.Element | null {
  const { packages, findings: gone } = upgrades;
  if (packages.length === 0) {
    return null;
  }
  return (
    <aside class="advice">
      <b>
        Upgrade {packages.length === 1 ? 'this one' : `these ${packages.length}`} and {count(gone)} of{' '}
        {count(found)} are gone ({Math.round((gone / found) * 100)} %)
      </b>
      <ul>
        {packages.map(({ packageName, fixedVersion, versions, findings, artifacts }) => (
          <li key={packageName}>
            <a href={linkWith({ package: packageName, by: '', sel: '' })}>{packageName}</a> to{' '}
            <bdi>{fixedVersion}</bdi>
            {versions > 1 && ` and ${versions - 1} other ${versions === 2 ? 'version' : 'versions'}`}{' '}
            <small>
              {count(findings)} in {count(artifacts)} {artifacts === 1 ? 'place' : 'places'}
            </small>
          </li>
        ))}
      </ul>
    </aside>
  );
}

function Nothing({
  isFiltered,
  children,
}: {
  readonly isFiltered: boolean;
  readonly children: string;
}): JSX.Element {
  return (
    <Empty title={isFiltered ? 'Nothing matches' : 'Nothing found'}>
      {isFiltered ? (
        <>
          No finding has all of these conditions. <a href={place.value.path}>Show all</a>
        </>
      ) : (
        <>
          {children} <code>lanner up</code> begins with this machine and its images when it starts, and what
          it finds appears here by itself; agents scan theirs.
        </>
      )}
    </Empty>
  );
}
