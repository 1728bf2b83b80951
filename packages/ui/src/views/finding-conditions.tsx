import type { JSX } from 'preact';
import type { Answer } from '../api/client.ts';
import { Facets } from '../components/facets.tsx';
import { Name } from '../components/name.tsx';
import type { Subject } from '../lib/finding-query.ts';
import { place, setQuery } from '../lib/place.ts';

type Look = Answer<'lookAtFindings'>;

const titles: Readonly<Record<Subject, Readonly<Record<string, string>>>> = {
  vulnerability: {
    severity: 'Severity',
    fixable: 'Has a fix',
    kev: 'Known exploited',
    accepted: 'Accepted',
    package: 'Package',
    artifact: 'Image or host',
  },
  secret: { severity: 'Severity', accepted: 'Accepted', id: 'Rule', artifact: 'Image or host' },
};

const severities = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'UNKNOWN'];

/** A value of a facet as people read it; names of packages stay as they are, whatever they are called. */
function textOf(facet: string, value: string, artifactNames: Look['artifactNames']): JSX.Element | string {
  switch (facet) {
    case 'artifact':
      return <Name of={Object.hasOwn(artifactNames, value) ? (artifactNames[value] ?? value) : value} />;
    case 'severity':
      return value.charAt(0) + value.slice(1).toLowerCase();
    case 'package':
    case 'id':
      return value;
    default:
      return value === 'true' ? 'Yes' : 'No';
  }
}

const probabilities = [
  ['', 'Any'],
  ['0.01', '1 % and more'],
  ['0.1', '10 % and more'],
  ['0.5', '50 % and more'],
  ['0.9', '90 % and more'],
] as const;

/** What findings can be narrowed down by. */
export function FindingFacets({
  look: { facets, artifactNames },
  subject,
}: {
  readonly look: Look;
  readonly subject: Subject;
}): JSX.Element {
  const epss = place.value.query.get('min_epss') ?? '';
  return (
    <Facets
      facets={{
        ...facets,
        severity: severities.flatMap(
          (name) => facets['severity']?.filter(({ value }) => value === name) ?? [],
        ),
        package: facets['packageName'] ?? [],
      }}
      titles={titles[subject]}
      single={['fixable', 'kev', 'accepted']}
      textOf={(facet, value) => textOf(facet, value, artifactNames)}
    >
      {subject === 'vulnerability' && <LeastEpss epss={epss} />}
    </Facets>
  );
}

/** From which probability of exploitation on. */
function LeastEpss({ epss }: { readonly epss: string }): JSX.Element {
  return (
    <label class="field">
      EPSS
      <select
        value={epss}
        onChange={({ currentTarget: { value } }) => setQuery({ min_epss: value })}
        title="Probability of exploitation within 30 days"
      >
        {probabilities.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
        {!probabilities.some(([value]) => value === epss) && <option value={epss}>{epss} and more</option>}
      </select>
    </label>
  );
}

const changeTexts: ReadonlyMap<string, string> = new Map([
  ['new', 'New'],
  ['fixed', 'Fixed'],
  ['reappeared', 'Back'],
]);

/** Conditions that no facet shows, each with a way out of it. */
export function OtherConditions({ subject }: { readonly subject: Subject }): JSX.Element | null {
  const { query } = place.value;
  const change = query.get('change') ?? '';
  const since = query.get('since') ?? '';
  const time = since === '' ? 'within a week' : `since ${since.slice(0, 10)}`;
  const shown: [text: string, names: readonly string[]][] = [
    ...('id' in titles[subject] ? [] : query.getAll('id').map((id): [string, string[]] => [id, ['id']])),
    ...(change === ''
      ? []
      : [[`${changeTexts.get(change) ?? change} ${time}`, ['change', 'since']] as [string, string[]]]),
    ...(query.get('include_fixed') === 'true'
      ? [['Fixed ones too', ['include_fixed']] as [string, string[]]]
      : []),
  ];
  return shown.length === 0 ? null : (
    <ul class="conditions" aria-label="Conditions">
      {shown.map(([text, parameters]) => (
        <li key={text}>
          <button
            title="Without this condition"
            onClick={() => setQuery(Object.fromEntries(parameters.map((name) => [name, ''])))}
          >
            {text} <span aria-hidden="true">✕</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
