import type { JSX } from 'preact';
import { place, setQuery } from '../lib/place.ts';
import { zone } from '../lib/settings.ts';
import { fromWallTime, wallTime } from '../lib/zone.ts';

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

/** A moment of the address, as clocks of the chosen zone show it. */
export function MomentInput({ name, label }: { readonly name: string; readonly label: string }): JSX.Element {
  const at = Date.parse(place.value.query.get(name) ?? '');
  return (
    <input
      type="datetime-local"
      aria-label={label}
      title={zone.value === 'local' ? 'In the time of this machine' : `In the time of ${zone.value}`}
      value={Number.isNaN(at) ? '' : wallTime(at, zone.value)}
      onChange={({ currentTarget: { value } }) => {
        const ms = fromWallTime(value, zone.value);
        setQuery({ [name]: ms === null ? '' : new Date(ms).toISOString() });
      }}
    />
  );
}
