import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { type Answer, call, may } from '../api/client.ts';
import { Chip, Empty, Level, Shown, Title } from '../components/basic.tsx';
import { Dialog } from '../components/dialog.tsx';
import { Facets } from '../components/facets.tsx';
import { Form } from '../components/form.tsx';
import { SearchBox } from '../components/search-box.tsx';
import { Table } from '../components/table.tsx';
import { count, exactMoment } from '../lib/format.ts';
import { type Loaded, useLoaded } from '../lib/load.ts';
import { place, setQuery } from '../lib/place.ts';
import { zone } from '../lib/settings.ts';
import { attempt } from '../lib/toast.ts';
import { upgradesOf } from '../lib/upgrades.ts';

type Finding = Answer<'searchFindings'>['findings'][number];

const shown = 200;
const conditions = ['severity', 'artifact', 'package', 'id', 'fixable', 'kev', 'q'];

export function Vulnerabilities(): JSX.Element {
  return (
    <Findings
      title="Vulnerabilities"
      kinds="vulnerability,end-of-life,update"
      nothing="Nothing known is open in what was scanned with these conditions."
      withUpgrades
    />
  );
}

export function Secrets(): JSX.Element {
  return (
    <Findings
      title="Secrets"
      kinds="secret"
      nothing="No secret lies in what was scanned with these conditions."
      withUpgrades={false}
    />
  );
}

function Findings({
  title,
  kinds,
  nothing,
  withUpgrades,
}: {
  readonly title: string;
  readonly kinds: string;
  readonly nothing: string;
  readonly withUpgrades: boolean;
}): JSX.Element {
  const { query } = place.value;
  const asked = new URLSearchParams([
    ...[...query].filter(([name, value]) => conditions.includes(name) && value !== ''),
    ['kind', kinds],
  ]);
  const key = asked.toString();
  const [accepting, setAccepting] = useState<Finding | null>(null);
  const loaded = useLoaded(key, async (signal) => {
    const [page, figures, artifacts] = await Promise.all([
      call('searchFindings', { query: new URLSearchParams([...asked, ['limit', String(shown)]]), signal }),
      call('findingFacets', {
        query: new URLSearchParams([
          ...asked,
          ['facets', 'severity,packageName,artifact,fixable,kev'],
          ['limit', '12'],
        ]),
        signal,
      }),
      call('listArtifacts', { signal }),
    ]);
    return { page, figures, artifacts };
  });
  return (
    <>
      <Title title={title}>
        <SearchBox placeholder="CVE, package, image or title" />
      </Title>
      <Shown of={loaded}>
        {({ page, figures, artifacts }) => (
          <div class="columns">
            <Facets
              facets={facetsOf(figures.facets)}
              titles={{
                severity: 'Severity',
                fixable: 'Has a fix',
                kev: 'Known exploited',
                package: 'Package',
              }}
            />
            <div class="middle scroll">
              <p class="muted summary">
                {count(figures.count)} open in {count(artifacts.artifacts.length)} scanned
                {page.cursor === null ? '' : `; the ${shown} most severe are shown`}
                <ArtifactName artifacts={artifacts} />
              </p>
              {withUpgrades && <Upgrades findings={page.findings} of={figures.count} />}
              {page.findings.length === 0 ? (
                <Empty title="Nothing found">
                  {artifacts.artifacts.length === 0 ? (
                    <>
                      Nothing was scanned yet: <code>lanner up</code> scans this machine and its images.
                    </>
                  ) : (
                    nothing
                  )}
                </Empty>
              ) : (
                <FindingTable findings={page.findings} onAccept={setAccepting} />
              )}
            </div>
          </div>
        )}
      </Shown>
      {accepting !== null && (
        <Accept finding={accepting} loaded={loaded} onClose={() => setAccepting(null)} />
      )}
    </>
  );
}

function facetsOf(facets: Answer<'findingFacets'>['facets']): Answer<'findingFacets'>['facets'] {
  return { ...facets, package: facets['packageName'] ?? [] };
}

function ArtifactName({ artifacts }: { readonly artifacts: Answer<'listArtifacts'> }): JSX.Element | null {
  const key = place.value.query.get('artifact');
  const name = artifacts.artifacts.find((artifact) => artifact.key === key)?.names[0];
  return key === null ? null : (
    <>
      {' '}
      · only <b>{name ?? key}</b>{' '}
      <button class="plain" onClick={() => setQuery({ artifact: '' })}>
        show all
      </button>
    </>
  );
}

/** What helps most: a few packages, and how many of the shown findings go with them. */
function Upgrades({
  findings,
  of,
}: {
  readonly findings: readonly Finding[];
  readonly of: number;
}): JSX.Element | null {
  const { packages, gone } = useMemo(() => upgradesOf(findings, 5), [findings]);
  if (packages.length === 0) {
    return null;
  }
  const base = Math.min(of, findings.length);
  return (
    <aside class="advice">
      <b>
        Upgrade {packages.length === 1 ? 'this one' : `these ${packages.length}`} and {count(gone)} of{' '}
        {count(base)} are gone ({Math.round((gone / base) * 100)} %)
      </b>
      <ul>
        {packages.map(({ name, to, findings: solved }) => (
          <li key={name}>
            <a href={`${place.value.path}?package=${encodeURIComponent(name)}`}>{name}</a> to {to}{' '}
            <small>{count(solved)}</small>
          </li>
        ))}
      </ul>
    </aside>
  );
}

function FindingTable({
  findings,
  onAccept,
}: {
  readonly findings: readonly Finding[];
  readonly onAccept: (finding: Finding) => void;
}): JSX.Element {
  return (
    <Table
      heads={[
        'Severity',
        'Id',
        'Package',
        'Installed',
        'Fixed in',
        'Where',
        'Since',
        { title: 'Act', as: 'hidden' },
      ]}
    >
      {findings.map((finding) => {
        const { kind, id, severity, title, packageName, installedVersion, fixedVersion, artifact } = finding;
        return (
          <tr key={`${kind} ${id} ${artifact} ${finding.package}`} class={finding.accepted ? 'done' : ''}>
            <td>
              <Level name={severity} />
            </td>
            <td class="id">
              <a href={`${place.value.path}?id=${encodeURIComponent(id)}`}>{id}</a>
              {finding.kev && <Chip kind="critical">exploited</Chip>}
              {finding.epss !== null && finding.epss >= 0.1 && (
                <Chip title="Probability of exploitation within 30 days (EPSS)">
                  {Math.round(finding.epss * 100)} %
                </Chip>
              )}
              {finding.accepted && <Chip title={finding.accepted.reason}>accepted</Chip>}
              <small title={title}>{title}</small>
            </td>
            <td class="mono">{packageName === '' ? finding.package : packageName}</td>
            <td class="mono">{installedVersion}</td>
            <td class="mono">{fixedVersion === '' ? <span class="muted">none yet</span> : fixedVersion}</td>
            <td>
              <a href={`${place.value.path}?artifact=${encodeURIComponent(artifact)}`}>
                {finding.artifactNames[0] ?? artifact}
              </a>
            </td>
            <td class="nowrap">{exactMoment(finding.firstSeenMs, zone.value).slice(0, 10)}</td>
            <td>
              {may('triage') && !finding.accepted && (
                <button class="plain" onClick={() => onAccept(finding)}>
                  Accept …
                </button>
              )}
            </td>
          </tr>
        );
      })}
    </Table>
  );
}

function Accept({
  finding,
  loaded,
  onClose,
}: {
  readonly finding: Finding;
  readonly loaded: Loaded<unknown>;
  readonly onClose: () => void;
}): JSX.Element {
  return (
    <Dialog title={`Accept the risk of ${finding.id}`} onClose={onClose}>
      <Form
        onSend={(typed) => {
          void attempt(async () => {
            await call('acceptRisk', {
              body: {
                id: finding.id,
                reason: typed('reason'),
                untilMs: Date.now() + Number(typed('days')) * 86_400_000,
                ...(typed('here') === '' ? {} : { artifact: finding.artifact }),
              },
            });
            loaded.reload();
            onClose();
            return `${finding.id} is accepted`;
          });
        }}
      >
        <label>
          Why
          <textarea name="reason" required rows={3} maxLength={1000} />
        </label>
        <label>
          For
          <select name="days">
            <option value="7">a week</option>
            <option value="30">30 days</option>
            <option value="90">90 days</option>
          </select>
        </label>
        <label class="check">
          <input type="checkbox" name="here" defaultChecked /> Only in{' '}
          {finding.artifactNames[0] ?? finding.artifact}
        </label>
        <button class="primary">Accept</button>
      </Form>
    </Dialog>
  );
}
