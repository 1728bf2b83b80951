import type { ComponentChildren, JSX } from 'preact';
import { type Answer, call } from '../api/client.ts';
import { Empty, Facts, Level, Panel, Shown, Title } from '../components/basic.tsx';
import { Histogram } from '../components/histogram.tsx';
import { Name } from '../components/name.tsx';
import { ago, bytes, count } from '../lib/format.ts';
import { scanningMs, useLoaded } from '../lib/load.ts';
import { needsOf } from '../lib/needs.ts';
import { now } from '../lib/settings.ts';
import { Scanning } from '../components/scanning.tsx';
import { WeekPanel } from './week-panel.tsx';

const refreshMs = 10_000;

type View = Answer<'overviewView'>;

/** What needs somebody now, and how things go. */
export function Overview(): JSX.Element {
  const loaded = useLoaded('overview', (signal) => call('overviewView', { signal }), {
    everyMs: (view) => ((view?.server.scan ?? null) === null ? refreshMs : scanningMs),
  });
  return (
    <>
      <Title title="Overview" />
      <Shown of={loaded}>
        {(view) => (
          <div class="sides">
            <div>
              <Needs needs={needsOf(view)} />
              <Panel title="Alerts of the last 24 hours" tools={<a href="/events?from=24h">All events</a>}>
                <Histogram buckets={view.buckets} />
              </Panel>
              <Panel title="Rules that fired most">
                <Bars
                  nothing="No rule fired within a day."
                  rows={view.rules.map(({ value, count: times }) => ({
                    text: value,
                    count: times,
                    to: `/events?from=24h&rule=${encodeURIComponent(value)}`,
                  }))}
                />
              </Panel>
              <WeekPanel />
            </div>
            <div>
              <Panel title="Health">
                <Health view={view} />
              </Panel>
              <Panel title="Open findings" tools={<a href="/vulnerabilities">All findings</a>}>
                <Scanning scan={view.server.scan} />
                <Severities
                  values={view.findings.severities}
                  scanned={view.artifacts.total}
                  isScanning={view.server.scan !== null}
                />
              </Panel>
              <Panel title="Most in need of an upgrade" tools={<a href="/inventory">Inventory</a>}>
                <Worst artifacts={view.artifacts.worst} scanned={view.artifacts.total} />
              </Panel>
            </div>
          </div>
        )}
      </Shown>
    </>
  );
}

function Needs({ needs }: { readonly needs: ReturnType<typeof needsOf> }): JSX.Element {
  return (
    <Panel title="Needs you now">
      {needs.length === 0 ? (
        <Empty title="Nothing needs you">
          No critical alert is open, and everything that should run does.
        </Empty>
      ) : (
        <ul class="needs">
          {needs.map(({ level, text, detail, to }) => (
            <li key={text + detail} class={level}>
              {to === null ? <strong>{text}</strong> : <a href={to}>{text}</a>}
              <small>{detail}</small>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Health({ view: { server, destinations, agents, artifacts } }: { readonly view: View }): JSX.Element {
  const failing = destinations.filter(({ failures }) => failures > 0).length;
  const { total, scannedMs } = artifacts;
  const rows: [string, string][] = [
    ['Store', `${server.store.state} · ${count(server.store.alerts)} alerts in ${bytes(server.store.bytes)}`],
    [
      'Destinations',
      destinations.length === 0
        ? 'none'
        : `${count(destinations.length)}, ${failing === 0 ? 'all take their alerts' : `${failing} failing`}`,
    ],
    ['Agents', agents.total === 0 ? 'none' : `${agents.connected} of ${agents.total} connected`],
    ['Scanned', scannedMs === null ? 'nothing yet' : `${count(total)}, last ${ago(scannedMs, now.value)}`],
    ['Server', `${server.version}, started ${ago(server.startedMs, now.value)}`],
  ];
  return <Facts rows={rows} />;
}

const severities = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'UNKNOWN'];

function Severities({
  values,
  scanned,
  isScanning,
}: {
  readonly values: readonly { readonly value: string; readonly count: number }[];
  readonly scanned: number;
  readonly isScanning: boolean;
}): JSX.Element {
  if (scanned === 0 && isScanning) {
    return <p class="muted pad">What is found appears here by itself.</p>;
  }
  if (scanned === 0) {
    return (
      <Empty title="Nothing was scanned yet">
        <code>lanner up</code> begins with this machine and its images when it starts, and what it finds
        appears here by itself; agents scan theirs.
      </Empty>
    );
  }
  return (
    <Bars
      nothing="Nothing is open."
      rows={severities.map((severity) => ({
        text: <Level name={severity} />,
        count: values.find(({ value }) => value === severity)?.count ?? 0,
        to: `/vulnerabilities?severity=${severity}`,
        kind: severity,
      }))}
    />
  );
}

function Bars({
  rows,
  nothing,
}: {
  readonly rows: readonly { text: ComponentChildren; count: number; to: string; kind?: string }[];
  /** What is said where there are none. */
  readonly nothing: string;
}): JSX.Element {
  const most = Math.max(1, ...rows.map((row) => row.count));
  return rows.length === 0 ? (
    <p class="muted pad">{nothing}</p>
  ) : (
    <ul class="bars">
      {rows.map(({ text, count: times, to, kind = '' }) => (
        <li key={to}>
          <a href={to}>{text}</a>
          <span class="bar" aria-hidden="true">
            <span class={kind} style={{ width: `${(times / most) * 100}%` }} />
          </span>
          <b>{count(times)}</b>
        </li>
      ))}
    </ul>
  );
}

function Worst({
  artifacts,
  scanned,
}: {
  readonly artifacts: View['artifacts']['worst'];
  readonly scanned: number;
}): JSX.Element {
  const rows = artifacts.map(({ key, names, open }) => ({
    text: <Name of={names[0] ?? key} />,
    count: open.CRITICAL + open.HIGH,
    to: `/vulnerabilities?artifact=${encodeURIComponent(key)}`,
  }));
  const nothing =
    scanned === 0 ? 'Nothing was scanned yet.' : 'Nothing critical or high is open in what was scanned.';
  return <Bars rows={rows} nothing={nothing} />;
}
