import type { JSX } from 'preact';
import { exactMoment } from '../lib/format.ts';
import { setQuery } from '../lib/place.ts';
import { zone } from '../lib/settings.ts';
import { ListBar } from './list-bar.tsx';

/** The bar of a list by time, newest first: the list begins at the moment (`at` of the address). */
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
  return (
    <ListBar
      label="Rows from this time back"
      min={fromUs}
      max={toUs}
      step={Math.max(1, Math.round((toUs - fromUs) / 1000))}
      at={atUs ?? toUs}
      textOf={(us) => exactMoment(us / 1000, zone.value).slice(0, 19)}
      onMove={(us) => setQuery({ at: us >= toUs ? '' : isoOf(us), sel: '' }, true)}
    />
  );
}

function isoOf(us: number): string {
  return new Date(Math.round(us / 1000)).toISOString();
}
