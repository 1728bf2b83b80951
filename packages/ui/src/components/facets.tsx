import type { JSX } from 'preact';
import { count } from '../lib/format.ts';
import { place, setQuery } from '../lib/place.ts';

type Facets = Readonly<Record<string, readonly { readonly value: string; readonly count: number }[]>>;

const shown = 8;

/** Values that occur, with their numbers; a click asks for one, with the Alt key for all others. */
export function Facets({
  facets,
  titles,
}: {
  readonly facets: Facets;
  /** Which facets, in order, with their names for people. */
  readonly titles: Readonly<Record<string, string>>;
}): JSX.Element {
  const { query } = place.value;
  return (
    <nav class="facets" aria-label="Narrow down">
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
                      title={`${value}\nAlt and click: all but this`}
                      onClick={(event) => {
                        toggle(event.altKey ? `not.${facet}` : facet, value);
                      }}
                    >
                      <span>{value}</span>
                      <small>{count(times)}</small>
                    </button>
                  </li>
                ))}
            </ul>
          </details>
        );
      })}
    </nav>
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
