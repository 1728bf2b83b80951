import type { JSX } from 'preact';
import { type Answer, call, may } from '../api/client.ts';
import { Chip, Facts, Level, Shown } from '../components/basic.tsx';
import { historyOf } from '../lib/finding-history.ts';
import { filePlace, type FindingKey, keyText } from '../lib/finding-query.ts';
import { ago, exactMoment, valueText } from '../lib/format.ts';
import { useLoaded } from '../lib/load.ts';
import { useDetailTitle } from '../lib/page-title.ts';
import { place, setQuery } from '../lib/place.ts';
import { now, zone } from '../lib/settings.ts';
import { attempt } from '../lib/toast.ts';
import type { Risk } from './accept-risk.tsx';
import { linkWith } from './finding-rows.tsx';

type Whole = Answer<'getFinding'>;

/** Everything that is known of one finding, what happened to it, and who accepts it. */
export function FindingPanel({
  of,
  turn,
  onAccept,
  onChange,
}: {
  readonly of: FindingKey;
  /** Grows when something was done. */
  readonly turn: number;
  readonly onAccept: (risk: Risk) => void;
  readonly onChange: () => void;
}): JSX.Element {
  const asOf = place.value.query.get('as_of') ?? '';
  const loaded = useLoaded(`${keyText(of)} ${asOf} ${turn}`, (signal) =>
    call('getFinding', {
      query: new URLSearchParams([...Object.entries(of), ...(asOf === '' ? [] : [['as_of', asOf]])]),
      signal,
    }),
  );
  useDetailTitle(of.id);
  return (
    <section class="detail" aria-label="Details">
      <button class="plain close" aria-label="Close" onClick={() => setQuery({ sel: '' }, true)}>
        ✕
      </button>
      <Shown of={loaded}>
        {(whole) => (
          <>
            <Head of={whole} onAccept={onAccept} />
            <p class="text">{whole.finding.title}</p>
            <Known of={whole} />
            <h3>History</h3>
            <History of={whole} />
            <Acceptances of={whole.acceptances} onChange={onChange} />
          </>
        )}
      </Shown>
    </section>
  );
}

function Head({
  of: { finding },
  onAccept,
}: {
  readonly of: Whole;
  readonly onAccept: (risk: Risk) => void;
}): JSX.Element {
  const { id, artifact, artifactNames, severity, kev, epss, accepted, fixedMs } = finding;
  return (
    <>
      <h2>{id}</h2>
      <p class="line">
        <Level name={severity} />
        {kev && <Chip kind="critical">exploited</Chip>}
        {epss !== null && (
          <Chip title="Probability of exploitation within 30 days (EPSS)">EPSS {percent(epss)}</Chip>
        )}
        {fixedMs !== null && <Chip kind="done">fixed</Chip>}
        {accepted !== null && <Chip>accepted</Chip>}
      </p>
      {may('triage') && accepted === null && fixedMs === null && (
        <div class="deeds">
          <button onClick={() => onAccept({ id, artifact, artifactName: artifactNames[0] ?? artifact })}>
            Accept the risk …
          </button>
        </div>
      )}
    </>
  );
}

function Known({ of: { finding, elsewhere } }: { readonly of: Whole }): JSX.Element {
  const { artifact, artifactNames, details, id } = finding;
  const rows: [string, JSX.Element | string][] = [
    ...(finding.kind === 'secret' ? secretFacts(finding) : packageFacts(finding)),
    [
      'Where',
      <a key="where" href={linkWith({ artifact, by: '', sel: '' })}>
        {artifactNames[0] ?? artifact}
      </a>,
    ],
    [
      'Elsewhere',
      elsewhere === 0 ? (
        'nowhere else'
      ) : (
        <a key="elsewhere" href={linkWith({ id, artifact: '', by: '', sel: '' })}>
          {elsewhere} more
        </a>
      ),
    ],
    ...(finding.kind === 'secret'
      ? []
      : [['Place', <code key="place">{finding.package}</code>] as [string, JSX.Element]]),
    ...Object.entries(details)
      .filter(([name, value]) => value !== '' && value !== null && !toldAbove.has(`${finding.kind} ${name}`))
      .map(([name, value]): [string, string] => [
        `${name.charAt(0).toUpperCase()}${name.slice(1)}`,
        valueText(value),
      ]),
  ];
  return <Facts rows={rows.filter(([, value]) => value !== '')} />;
}

/** Details of a kind that stand under another name already. */
const toldAbove: ReadonlySet<string> = new Set(['secret target', 'secret startLine']);

type Fact = [name: string, content: JSX.Element | string];

function secretFacts({ id, package: place }: Whole['finding']): Fact[] {
  const { file, line } = filePlace(place);
  return [
    ['Rule', <code key="rule">{id}</code>],
    ['File', <code key="file">{file}</code>],
    ['Line', line === 0 ? '' : String(line)],
  ];
}

function packageFacts({
  package: place,
  packageName,
  installedVersion,
  fixedVersion,
}: Whole['finding']): Fact[] {
  return [
    ['Package', packageName === '' ? place : packageName],
    ['Installed', installedVersion],
    ['Fixed in', fixedVersion === '' ? 'none yet' : fixedVersion],
  ];
}

function History({ of: { finding, acceptances } }: { readonly of: Whole }): JSX.Element {
  return (
    <ol class="history">
      {historyOf(finding, acceptances).map(({ atMs, kind, text, detail }) => (
        <li key={`${atMs} ${kind}`} class={kind}>
          <time>{exactMoment(atMs, zone.value).slice(0, 16)}</time>
          <span>
            {text} <small>{ago(atMs, now.value)}</small>
            {detail !== '' && <small class="reason">{detail}</small>}
          </span>
        </li>
      ))}
    </ol>
  );
}

function Acceptances({
  of,
  onChange,
}: {
  readonly of: Whole['acceptances'];
  readonly onChange: () => void;
}): JSX.Element | null {
  const lasting = of.filter(({ untilMs }) => untilMs === null || untilMs > now.value);
  return lasting.length === 0 || !may('triage') ? null : (
    <div class="deeds">
      {lasting.map(({ id, by, artifact }) => (
        <button
          key={id}
          onClick={() => {
            void attempt(async () => {
              await call('endAcceptance', { params: { id } });
              return 'The acceptance has ended';
            }).then(onChange);
          }}
        >
          End the acceptance of {by} {artifact === null ? 'everywhere' : 'here'}
        </button>
      ))}
    </div>
  );
}

function percent(epss: number): string {
  return `${(epss * 100).toFixed(epss < 0.1 ? 1 : 0)} %`;
}
