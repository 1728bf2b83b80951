import type { JSX } from 'preact';
import { exactMoment } from '../lib/format.ts';
import { place, setQuery } from '../lib/place.ts';
import { zone } from '../lib/settings.ts';
import { MomentInput } from './time-range.tsx';

const times = [
  ['', 'As of now'],
  ['1d', 'As of a day ago'],
  ['7d', 'As of a week ago'],
  ['30d', 'As of 30 days ago'],
] as const;

/** Which moment is looked at, as the address says it: `as_of`. */
export function AsOf(): JSX.Element {
  const asOf = place.value.query.get('as_of') ?? '';
  const isRelative = times.some(([value]) => value === asOf);
  return (
    <div class="range">
      <select
        aria-label="Moment"
        value={isRelative ? asOf : 'own'}
        onChange={({ currentTarget: { value } }) => {
          setQuery({ as_of: value === 'own' ? new Date().toISOString() : value });
        }}
      >
        {times.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
        <option value="own">As of …</option>
      </select>
      {!isRelative && <MomentInput name="as_of" label="As of" />}
    </div>
  );
}

/** Says that what is shown is not how things are now. */
export function PastNote({ atMs }: { readonly atMs: number }): JSX.Element | null {
  return (place.value.query.get('as_of') ?? '') === '' ? null : (
    <p class="past" role="status">
      As it was known on {exactMoment(atMs, zone.value).slice(0, 16)}.{' '}
      <button class="plain" onClick={() => setQuery({ as_of: '' })}>
        Back to now
      </button>
    </p>
  );
}
