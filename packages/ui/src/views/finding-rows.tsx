import type { JSX } from 'preact';
import { type Answer, may } from '../api/client.ts';
import { Chip, Level } from '../components/basic.tsx';
import { Name } from '../components/name.tsx';
import { count, exactMoment } from '../lib/format.ts';
import { filePlace, type Grouping, keyText, type Subject } from '../lib/finding-query.ts';
import { place, setQuery, withChanges } from '../lib/place.ts';
import { zone } from '../lib/settings.ts';

export type Finding = Answer<'lookAtFindings'>['findings'][number];
export type Group = Answer<'lookAtFindings'>['groups'][number];

/** As in the style sheet. Pixels. */
export const rowHeights = { wide: 34, narrow: 56 } as const;

const severities = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'UNKNOWN'] as const;

/** What stands over the columns of the rows. */
export function RowHeads({ by, subject }: { readonly by: Grouping; readonly subject: Subject }): JSX.Element {
  return (
    <div class={`frow head ${by === '' ? 'one' : 'group'} of-${subject}`} aria-hidden="true">
      {headsOf(by, subject).map((head) => (
        <span key={head}>{head}</span>
      ))}
    </div>
  );
}

function headsOf(by: Grouping, subject: Subject): readonly string[] {
  if (subject === 'secret') {
    return by === ''
      ? ['Severity', 'Secret', 'File', 'Line', 'Where', 'Since', '']
      : [...(by === 'artifact' ? ['Image or host'] : ['Rule']), 'By severity', 'Secrets', 'Images', 'Newest'];
  }
  return by === ''
    ? ['Severity', 'Finding', 'Package', 'Installed → fixed in', 'Where', 'Since', '']
    : [names[by], 'By severity', 'Findings', 'With a fix', 'Exploited', 'EPSS', spreads[by][0], 'Newest'];
}

const names = { artifact: 'Image or host', package: 'Package', id: 'Vulnerability' } as const;

/** What is counted as how far a group spreads. */
const spreads = {
  artifact: ['Packages', 'packages'],
  package: ['Images', 'artifacts'],
  id: ['Images', 'artifacts'],
} as const;

export function FindingRow({
  finding,
  subject,
  isActive,
  onAccept,
}: {
  readonly finding: Finding;
  readonly subject: Subject;
  readonly isActive: boolean;
  readonly onAccept: (finding: Finding) => void;
}): JSX.Element {
  const { id, severity, title, artifact, artifactName } = finding;
  // Of a secret, what it is says more than the id of its rule.
  const [name, more] = subject === 'secret' && title !== '' ? [title, id] : [id, title];
  return (
    <div
      class={`frow one of-${subject} ${isActive ? 'active' : ''} ${finding.accepted === null ? '' : 'done'}`}
    >
      <Level name={severity} />
      <span class="what">
        <button
          class="plain whole"
          title={`${name}\n${more}`}
          onClick={() => setQuery({ sel: keyText(finding) }, true)}
        >
          {name}
        </button>
        <Marks finding={finding} />
        <small>{more}</small>
      </span>
      {subject === 'secret' ? <SecretPlace finding={finding} /> : <PackagePlace finding={finding} />}
      <a href={linkWith({ artifact, sel: '' })}>
        <Name of={artifactName} />
      </a>
      <span class="muted">{exactMoment(finding.firstSeenMs, zone.value).slice(0, 10)}</span>
      <span>
        {may('triage') && finding.accepted === null && finding.fixedMs === null && (
          <button class="plain act" onClick={() => onAccept(finding)}>
            Accept …
          </button>
        )}
      </span>
    </div>
  );
}

function SecretPlace({ finding }: { readonly finding: Finding }): JSX.Element {
  const { file, line } = filePlace(finding.package);
  return (
    <>
      <span class="mono">
        <Name of={file} isPath />
      </span>
      <span class="number">{line === 0 ? '' : count(line)}</span>
    </>
  );
}

function PackagePlace({
  finding: { package: place, packageName, installedVersion, fixedVersion },
}: {
  readonly finding: Finding;
}): JSX.Element {
  return (
    <>
      <span class="mono" title={place}>
        {packageName === '' ? place : packageName}
      </span>
      <span class="mono" title={`${installedVersion} → ${fixedVersion}`}>
        {installedVersion}
        {fixedVersion === '' ? <span class="muted"> no fix yet</span> : ` → ${fixedVersion}`}
      </span>
    </>
  );
}

function Marks({
  finding: { kev, epss, accepted, returns, fixedMs },
}: {
  readonly finding: Finding;
}): JSX.Element {
  return (
    <>
      {kev && <Chip kind="critical">exploited</Chip>}
      {epss !== null && epss >= 0.1 && (
        <Chip title="Probability of exploitation within 30 days (EPSS)">{Math.round(epss * 100)} %</Chip>
      )}
      {returns > 0 && <Chip title="It was fixed and came back">back</Chip>}
      {fixedMs !== null && <Chip kind="done">fixed</Chip>}
      {accepted !== null && <Chip title={accepted.reason}>accepted</Chip>}
    </>
  );
}

export function GroupRow({
  group,
  by,
  subject,
}: {
  readonly group: Group;
  readonly by: Exclude<Grouping, ''>;
  readonly subject: Subject;
}): JSX.Element {
  const { key, title, findings, fixedVersion } = group;
  return (
    <div class={`frow group of-${subject}`}>
      <span class="what">
        {by === 'id' && <Level name={severities.find((each) => group.severities[each] > 0) ?? 'UNKNOWN'} />}
        <a
          class="whole"
          href={linkWith({ [by]: key, by: '', sel: '' })}
          title={by === 'artifact' ? key : title}
        >
          {by === 'artifact' ? <Name of={title} /> : key === '' ? '(no package)' : key}
        </a>
        <small>
          {by === 'id' ? title : by === 'package' && fixedVersion !== '' ? `to ${fixedVersion}` : ''}
        </small>
      </span>
      <SeverityCounts counts={group.severities} />
      <b class="number">{count(findings)}</b>
      {subject === 'vulnerability' && <Threat group={group} />}
      <span class="number">{count(group[subject === 'secret' ? 'artifacts' : spreads[by][1]])}</span>
      <span class="muted">{exactMoment(group.newestMs, zone.value).slice(0, 10)}</span>
    </div>
  );
}

function Threat({ group: { fixable, exploited, epss } }: { readonly group: Group }): JSX.Element {
  return (
    <>
      <span class="number">{fixable === 0 ? '' : count(fixable)}</span>
      <span class="number">{exploited === 0 ? '' : <Chip kind="critical">{count(exploited)}</Chip>}</span>
      <span class="number">{epss === null ? '' : `${Math.round(epss * 100)} %`}</span>
    </>
  );
}

/** How many there are of each severity; none are left out, so that columns stand below each other. */
export function SeverityCounts({ counts }: { readonly counts: Group['severities'] }): JSX.Element {
  return (
    <span class="severities">
      {severities.map((severity) => {
        const value = counts[severity];
        const name = severity.charAt(0) + severity.slice(1).toLowerCase();
        return (
          <span key={severity} class={value === 0 ? 'none' : severity} title={`${name}: ${count(value)}`}>
            <i aria-hidden="true">{name.charAt(0)}</i>
            <span class="hidden">{name} </span>
            {count(value)}
          </span>
        );
      })}
    </span>
  );
}

/** The address with other parameters. */
export function linkWith(changes: Readonly<Record<string, string>>): string {
  const { path, query } = place.value;
  const text = withChanges(query, changes).toString();
  return text === '' ? path : `${path}?${text}`;
}
