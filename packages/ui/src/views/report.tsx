import type { ComponentChildren, JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { type Answer, call } from '../api/client.ts';
import { Level, Shown, Title } from '../components/basic.tsx';
import { Changes, Compared } from '../components/changes.tsx';
import { DayBars } from '../components/day-bars.tsx';
import { Download } from '../components/download.tsx';
import { Table } from '../components/table.tsx';
import { Trend } from '../components/trend.tsx';
import { count, exactMoment } from '../lib/format.ts';
import { keyText } from '../lib/finding-query.ts';
import { useLoaded } from '../lib/load.ts';
import { place, setQuery } from '../lib/place.ts';
import { attentionOf, type Report, reportTable } from '../lib/report.ts';
import { now, zone } from '../lib/settings.ts';
import { weekBeside, weekOf, weekSpan } from '../lib/week.ts';
import { whereOf } from './alert-row.tsx';

/** What a week brought, laid out for paper as well. */
export function WeeklyReport(): JSX.Element {
  const current = weekOf(now.value, zone.value);
  const asked = place.value.query.get('week') ?? current;
  const week = weekSpan(asked, zone.value) === null ? current : asked;
  const span = weekSpan(week, zone.value);
  const isCurrent = week === current;
  const loaded = useLoaded(`${week} ${zone.value}`, async (signal) => {
    const time = { from: iso(span?.fromMs), to: iso(span?.toMs) };
    const [report, destinations, agents] = await Promise.all([
      call('report', { query: time, signal }),
      call('listDestinations', { signal }),
      call('listAgents', { signal }),
    ]);
    return { report, destinations: destinations.destinations, agents: agents.agents };
  });
  useEffect(() => {
    // A file that it is printed into is named by this.
    document.title = `Lanner report ${week}`;
  }, [week]);
  return (
    <>
      <Title title="Weekly report">
        <div class="choice" role="group" aria-label="Week">
          <button aria-label="The week before" onClick={() => setQuery({ week: weekBeside(week, -1) })}>
            ‹
          </button>
          <button disabled={isCurrent} onClick={() => setQuery({ week: '' })}>
            This week
          </button>
          <button
            aria-label="The week after"
            disabled={isCurrent}
            onClick={() => setQuery({ week: weekBeside(week, 1) })}
          >
            ›
          </button>
        </div>
        {loaded.value !== null && (
          <Download name={`report-${week}`} table={() => reportTable(loaded.value?.report ?? null)} />
        )}
        <button
          class="primary"
          onClick={() => {
            print();
          }}
        >
          Print or save as PDF
        </button>
      </Title>
      <Shown of={loaded}>
        {({ report, destinations, agents }) => (
          <article class="report" aria-busy={loaded.isLoading}>
            <header>
              <p class="title">Security report {week}</p>
              <p class="muted">
                {dayText(report.fromMs)} to {dayText(report.toMs - 1)}
                {isCurrent && ', so far'} · times of{' '}
                {zone.value === 'local' ? Intl.DateTimeFormat().resolvedOptions().timeZone : zone.value} ·
                made {exactMoment(now.value, zone.value).slice(0, 16)}
              </p>
            </header>
            <Attention
              report={report}
              destinations={isCurrent ? destinations : []}
              agents={isCurrent ? agents : []}
            />
            <Alerts report={report} />
            <Criticals report={report} />
            <Findings report={report} isCurrent={isCurrent} />
            <Accepted report={report} />
            <Seen report={report} agents={agents} isCurrent={isCurrent} />
            <Refused report={report} />
          </article>
        )}
      </Shown>
    </>
  );
}

function Section({
  title,
  children,
}: {
  readonly title: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <section>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

function Attention(facts: Parameters<typeof attentionOf>[0]): JSX.Element {
  const needs = attentionOf(facts);
  return (
    <Section title="What needs attention">
      {needs.length === 0 ? (
        <p>Nothing.</p>
      ) : (
        <ul class="needs">
          {needs.map(({ level, text, detail }) => (
            <li key={text} class={level}>
              <strong>{text}</strong>
              <small>{detail}</small>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

function Alerts({ report: { alerts, rules } }: { readonly report: Report }): JSX.Element {
  const { now: these, before, days, daysBefore } = alerts;
  return (
    <Section title="Alerts">
      <p>
        <b>{count(these.count)}</b> alerts <Compared now={these.count} before={before.count} />, of these{' '}
        <b>{count(these.critical)}</b> critical <Compared now={these.critical} before={before.critical} />
      </p>
      <DayBars days={days} before={daysBefore} />
      {rules.length > 0 && (
        <>
          <h3>Rules that fired most</h3>
          <Table
            heads={['Rule', { title: 'Alerts', as: 'number' }, { title: 'The week before', as: 'number' }]}
          >
            {rules.map(({ rule, count: times, before: old }) => (
              <tr key={rule}>
                <td>{rule}</td>
                <td class="number">{count(times)}</td>
                <td class="number">{count(old)}</td>
              </tr>
            ))}
          </Table>
        </>
      )}
    </Section>
  );
}

function Criticals({ report: { criticals } }: { readonly report: Report }): JSX.Element {
  return (
    <Section title="Critical alerts">
      {criticals.groups.length === 0 ? (
        <p>None.</p>
      ) : (
        <Table heads={['Rule', 'Where', { title: 'Times', as: 'number' }, 'Last', 'State']}>
          {criticals.groups.map(({ fingerprint, latest, count: times, lastUs, triage }) => (
            <tr key={fingerprint}>
              <td>
                <a href={`/events?from=all&fingerprint=${fingerprint}&sel=${latest.id}`}>
                  {latest.event.rule}
                </a>
              </td>
              <td>{whereOf(latest)}</td>
              <td class="number">{count(times)}</td>
              <td class="nowrap">{exactMoment(lastUs / 1000, zone.value).slice(0, 16)}</td>
              <td>{triage.status}</td>
            </tr>
          ))}
        </Table>
      )}
      {criticals.hasMore && <p class="muted">The latest {criticals.groups.length} of more.</p>}
    </Section>
  );
}

function Findings({
  report: { fromMs, toMs, changes, open, trend, newCriticals, fixed, upgrades },
  isCurrent,
}: {
  readonly report: Report;
  readonly isCurrent: boolean;
}): JSX.Element {
  const time = `since=${iso(fromMs)}${isCurrent ? '' : `&as_of=${iso(toMs)}`}`;
  return (
    <Section title="Findings">
      <p>
        Open: <b>{count(open.CRITICAL)}</b> critical, <b>{count(open.HIGH)}</b> high,{' '}
        <b>{count(open.MEDIUM)}</b> medium, <b>{count(open.LOW + open.UNKNOWN)}</b> low or unknown.
      </p>
      <Changes
        now={changes.now}
        before={changes.before}
        linkOf={(kind) => `/vulnerabilities?change=${kind}&${time}`}
      />
      <Trend steps={trend} title="Open over two weeks" />
      <h3>New critical findings: {count(newCriticals.count)}</h3>
      <SomeFindings of={newCriticals} />
      <h3>Fixed or gone: {count(fixed.count)}</h3>
      <SomeFindings of={fixed} />
      {upgrades.packages.length > 0 && (
        <>
          <h3>Upgrades that help most</h3>
          <ul>
            {upgrades.packages.map(({ packageName, fixedVersion, findings, artifacts }) => (
              <li key={packageName}>
                <b>{packageName}</b> to <bdi>{fixedVersion}</bdi>: {count(findings)}{' '}
                {findings === 1 ? 'finding' : 'findings'} in {count(artifacts)}{' '}
                {artifacts === 1 ? 'place' : 'places'}
              </li>
            ))}
          </ul>
        </>
      )}
    </Section>
  );
}

function SomeFindings({ of: { count: found, worst } }: { readonly of: Report['fixed'] }): JSX.Element | null {
  return worst.length === 0 ? null : (
    <>
      <Table heads={['Severity', 'Id', 'Package', 'Installed → fixed in', 'Where']}>
        {worst.map((finding) => (
          <tr key={keyText(finding)}>
            <td>
              <Level name={finding.severity} />
            </td>
            <td>{finding.id}</td>
            <td>{finding.packageName === '' ? finding.package : finding.packageName}</td>
            <td>
              <bdi>{finding.installedVersion}</bdi>
              {finding.fixedVersion !== '' && ' → '}
              <bdi>{finding.fixedVersion}</bdi>
            </td>
            <td>{finding.artifactName}</td>
          </tr>
        ))}
      </Table>
      {found > worst.length && (
        <p class="muted">
          The {worst.length} worst of {count(found)}.
        </p>
      )}
    </>
  );
}

function Accepted({ report: { acceptances } }: { readonly report: Report }): JSX.Element {
  return (
    <Section title="Accepted risks that end">
      {acceptances.length === 0 ? (
        <p>None within two weeks.</p>
      ) : (
        <Table heads={['Ends', 'Id', 'Where', { title: 'Open findings', as: 'number' }, 'By', 'Why']}>
          {acceptances.map(({ id, untilMs, findingId, artifact, findings, by, reason }) => (
            <tr key={id}>
              <td class="nowrap">{untilMs === null ? '' : dayText(untilMs)}</td>
              <td>{findingId}</td>
              <td>{artifact ?? 'everywhere'}</td>
              <td class="number">{count(findings)}</td>
              <td>{by}</td>
              <td>{reason}</td>
            </tr>
          ))}
        </Table>
      )}
    </Section>
  );
}

function Seen({
  report: { coverage, blind },
  agents,
  isCurrent,
}: {
  readonly report: Report;
  readonly agents: Answer<'listAgents'>['agents'];
  readonly isCurrent: boolean;
}): JSX.Element {
  const connected = agents.filter(({ state }) => state === 'connected').length;
  return (
    <Section title="What could be seen">
      <p>
        {count(coverage.scanned)} of {count(coverage.artifacts)} images and hosts were scanned in this week.
        {isCurrent && agents.length > 0 && ` ${connected} of ${agents.length} agents are connected.`}
      </p>
      {coverage.stale.length > 0 && (
        <p>
          Not scanned:{' '}
          {coverage.stale.map(({ name, scannedMs }) => `${name} (last ${dayText(scannedMs)})`).join(', ')}.
        </p>
      )}
      <h3>Blind intervals: {count(blind.count)}</h3>
      {blind.intervals.length > 0 && (
        <Table heads={['From', 'To', 'Node', { title: 'Lost events', as: 'number' }, 'Rules']}>
          {blind.intervals.map(({ fromMs, toMs, node, lost, rules }) => (
            <tr key={`${node} ${fromMs} ${toMs}`}>
              <td class="nowrap">{exactMoment(fromMs, zone.value).slice(0, 19)}</td>
              <td class="nowrap">{exactMoment(toMs, zone.value).slice(0, 19)}</td>
              <td>{node}</td>
              <td class="number">{lost}</td>
              <td>
                {rules.length > 5
                  ? `${rules.slice(0, 5).join(', ')} and ${rules.length - 5} more`
                  : rules.join(', ')}
              </td>
            </tr>
          ))}
        </Table>
      )}
    </Section>
  );
}

function Refused({ report: { refused } }: { readonly report: Report }): JSX.Element {
  return (
    <Section title="What destinations refused">
      {refused.length === 0 ? (
        <p>Nothing.</p>
      ) : (
        <Table heads={['Destination', { title: 'Alerts', as: 'number' }, 'Latest reason']}>
          {refused.map(({ destination, count: times, reason }) => (
            <tr key={destination}>
              <td>{destination}</td>
              <td class="number">{count(times)}</td>
              <td>{reason}</td>
            </tr>
          ))}
        </Table>
      )}
    </Section>
  );
}

function dayText(ms: number): string {
  return exactMoment(ms, zone.value).slice(0, 10);
}

function iso(ms = 0): string {
  return new Date(ms).toISOString();
}
