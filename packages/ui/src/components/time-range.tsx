import type { JSX } from 'preact';
import { place, setQuery } from '../lib/place.ts';

const ranges = [
  ['15m', 'Last 15 minutes'],
  ['1h', 'Last hour'],
  ['6h', 'Last 6 hours'],
  ['24h', 'Last 24 hours'],
  ['7d', 'Last 7 days'],
  ['30d', 'Last 30 days'],
  ['all', 'All that is kept'],
] as const;

/** From when to when, as the address says it: relative, or two moments. */
export function TimeRange({ usual }: { readonly usual: string }): JSX.Element {
  const { query } = place.value;
  const from = query.get('from') ?? usual;
  const isRelative = ranges.some(([value]) => value === from) && query.get('to') === null;
  return (
    <div class="range">
      <label class="hidden" for="range">
        Time
      </label>
      <select
        id="range"
        value={isRelative ? from : 'own'}
        onChange={({ currentTarget: { value } }) => {
          if (value === 'own') {
            const at = Date.now();
            setQuery({ from: new Date(at - 3_600_000).toISOString(), to: new Date(at).toISOString() });
          } else {
            setQuery({ from: value, to: '' });
          }
        }}
      >
        {ranges.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
        <option value="own">From … to …</option>
      </select>
      {!isRelative && (
        <>
          <MomentInput name="from" label="From" />
          <MomentInput name="to" label="To" />
        </>
      )}
    </div>
  );
}

function MomentInput({ name, label }: { readonly name: string; readonly label: string }): JSX.Element {
  const at = Date.parse(place.value.query.get(name) ?? '');
  return (
    <input
      type="datetime-local"
      aria-label={label}
      value={Number.isNaN(at) ? '' : localText(at)}
      onChange={({ currentTarget: { value } }) => {
        setQuery({ [name]: value === '' ? '' : new Date(value).toISOString() });
      }}
    />
  );
}

function localText(ms: number): string {
  return new Date(ms).toLocaleString('sv').replace(' ', 'T').slice(0, 16);
}
