import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import { count } from '../lib/format.ts';
import { place, setQuery } from '../lib/place.ts';

type Facets = Readonly<Record<string, readonly { readonly value: string; readonly count: number }[]>>;

const shown = 8;

/** Values that occur, with their numbers; a click asks for one, with the Alt key for all others. */
export function Facets({
  facets,
  titles,
  single = [],
  textOf = (_, value) => value,
  children,
}: {
  readonly facets: Facets;
  /** Which facets, in order, with their names for people. */
  readonly titles: Readonly<Record<string, string>>;
  /** Those of which one value at most is asked for, and never all others. */
  readonly single?: readonly string[];
  /** A value as people read it. */
  readonly textOf?: (facet: string, value: string) => ComponentChildren;
  /** What else narrows down. */
  readonly children?: ComponentChildren;
}): JSX.Element {
  const { query } = place.value;
  // On a phone they lie behind a button.
  const [isOpen, setOpen] = useState(false);
  const active = Object.keys(titles).flatMap((facet) => [
    ...query.getAll(facet),
    ...query.getAll(`not.${facet}`),
  ]);
  return (
    <div class={isOpen ? 'narrowing open' : 'narrowing'}>
      <button class="drawer" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        Filters{active.length === 0 ? '' : ` (${active.length})`}
      </button>
      <nav class="facets" aria-label="Narrow down">
        {children}
        {Object.entries(titles).map(([facet, title]) => {
          const values = facets[facet] ?? [];
          const chosen = query.getAll(facet);
          const without = query.getAll(`not.${facet}`);
          const missing = [...chosen, ...without].filter(
            (value) => !values.some((each) => each.value === value),
          );
          const rows = [...missing.map((value) => ({ value, count: 0 })), ...values].filter(
            ({ value }) => value !== '',
          );
          return rows.length === 0 ? null : (
            <details key={facet} open>
              <summary>{title}</summary>
              <ul>
                {rows
                  .slice(0, Math.max(shown, chosen.length + without.length))
                  .map(({ value, count: times }) => (
                    <li key={value}>
                      <button
                        class={`plain ${chosen.includes(value) ? 'chosen' : ''} ${without.includes(value) ? 'without' : ''}`}
                        aria-pressed={chosen.includes(value)}
                        title={single.includes(facet) ? value : `${value}\nAlt and click: all but this`}
                        onClick={(event) => {
                          if (single.includes(facet)) {
                            setQuery({ [facet]: chosen.includes(value) ? '' : value });
                          } else {
                            toggle(event.altKey ? `not.${facet}` : facet, value);
                          }
                        }}
                      >
                        <span>{textOf(facet, value)}</span>
                        <small>{count(times)}</small>
                      </button>
                    </li>
                  ))}
              </ul>
            </details>
          );
        })}
      </nav>
    </div>
  );
}

function toggle(name: string, value: string): void {
  const { query } = place.peek();
  const own = query.getAll(name);
  const other = name.startsWith('not.') ? name.slice(4) : `not.${name}`;
  if (own.includes(value)) {
    setQuery({ [name]: own.filter((each) => each !== value) });
  } else {
    setQuery({
      [name]: query.getAll(other).includes(value) ? own : [...own, value],
      [other]: query.getAll(other).filter((each) => each !== value),
    });
  }
}
