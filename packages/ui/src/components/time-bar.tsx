import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { exactMoment } from '../lib/format.ts';
import { setQuery } from '../lib/place.ts';
import { zone } from '../lib/settings.ts';

/** So long nobody moves it before rows are asked for. */
const restMs = 150;

/**
 * The scroll bar of a list that is too long for one: it goes over the whole time, stands where the rows in sight are, and
 * takes the list to wherever it is moved (`at` of the address).
 */
export function TimeBar({
  fromUs,
  toUs,
  atUs,
}: {
  readonly fromUs: number;
  readonly toUs: number;
  /** Of the first row in sight; null for none. */
  readonly atUs: number | null;
}): JSX.Element {
  // While it is moved it stands where it is moved to, and until the rows of there have come.
  const [movedUs, setMoved] = useState<number | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => {
    setMoved(null);
  }, [atUs]);
  const us = Math.max(fromUs, Math.min(toUs, movedUs ?? atUs ?? toUs));
  const text = exactMoment(us / 1000, zone.value).slice(0, 19);
  return (
    <input
      type="range"
      class="time-bar"
      aria-label="Rows from this time back"
      aria-valuetext={text}
      title={text}
      min={fromUs}
      max={toUs}
      step={Math.max(1, Math.round((toUs - fromUs) / 1000))}
      value={us}
      onInput={({ currentTarget: { valueAsNumber } }) => {
        setMoved(valueAsNumber);
        clearTimeout(timer.current);
        timer.current = setTimeout(() => {
          setQuery({ at: valueAsNumber >= toUs ? '' : isoOf(valueAsNumber), sel: '' }, true);
        }, restMs);
      }}
    />
  );
}

function isoOf(us: number): string {
  return new Date(Math.round(us / 1000)).toISOString();
}
