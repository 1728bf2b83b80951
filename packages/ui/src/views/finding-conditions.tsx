import type { JSX } from 'preact';
import type { Answer } from '../api/client.ts';
import { Facets } from '../components/facets.tsx';
import { shortName } from '../lib/format.ts';
import { place, setQuery } from '../lib/place.ts';

type Look = Answer<'lookAtFindings'>;

const titles = {
  severity: 'Severity',
  fixable: 'Has a fix',
  kev: 'Known exploited',
  accepted: 'Accepted',
  package: 'Package',
  artifact: 'Image or host',
} as const;

const severities = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'UNKNOWN'];

const answers: Readonly<Record<string, string>> = {
  true: 'Yes',
  false: 'No',
  ...Object.fromEntries(severities.map((name) => [name, name.charAt(0) + name.slice(1).toLowerCase()])),
};

const probabilities = [
  ['', 'Any'],
  ['0.01', '1 % and more'],
  ['0.1', '10 % and more'],
  ['0.5', '50 % and more'],
  ['0.9', '90 % and more'],
] as const;

/** What findings can be narrowed down by. */
export function FindingFacets({ look: { facets, artifactNames } }: { readonly look: Look }): JSX.Element {
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
      titles={titles}
      single={['fixable', 'kev', 'accepted']}
      textOf={(facet, value) =>
        facet === 'artifact' ? shortName(artifactNames[value] ?? value) : (answers[value] ?? value)
      }
    >
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
    </Facets>
  );
}

const changeTexts: Readonly<Record<string, string>> = {
  new: 'New since a week ago',
  fixed: 'Fixed since a week ago',
  reappeared: 'Back since a week ago',
};

/** Conditions that no facet shows, each with a way out of it. */
export function OtherConditions(): JSX.Element | null {
  const { query } = place.value;
  const change = query.get('change') ?? '';
  const shown: [text: string, names: readonly string[]][] = [
    ...query.getAll('id').map((id): [string, string[]] => [id, ['id']]),
    ...(change === '' ? [] : [[changeTexts[change] ?? change, ['change', 'since']] as [string, string[]]]),
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
