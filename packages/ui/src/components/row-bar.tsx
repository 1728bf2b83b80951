import type { JSX } from 'preact';
import { count } from '../lib/format.ts';
import { setQuery } from '../lib/place.ts';
import { ListBar } from './list-bar.tsx';

/** Fewer rows are scrolled through. */
const fewRows = 200;

/** The bar of a list by rank, and where its rows begin when that is not at the first (`at` of the address). */
export function RowBar({
  total,
  skipped,
  top,
}: {
  readonly total: number;
  /** Rows of the list before those that are there. */
  readonly skipped: number;
  /** The first row in sight, of those that are there. */
  readonly top: number;
}): JSX.Element | null {
  if (total <= fewRows) {
    return null;
  }
  return (
    <>
      <ListBar
        label="Rows from this one on"
        min={0}
        max={total - 1}
        step={1}
        at={skipped + top}
        textOf={(at) => `Row ${count(at + 1)} of ${count(total)}`}
        onMove={(at) => setQuery({ at: at === 0 ? '' : String(at) }, true)}
      />
      {skipped > 0 && (
        <p class="past" role="status">
          From row {count(skipped + 1)} of {count(total)} on.{' '}
          <button class="plain" onClick={() => setQuery({ at: '' }, true)}>
            To the first
          </button>
        </p>
      )}
    </>
  );
}
