import type { ComponentChildren, JSX } from 'preact';

/** What stands over a column; numbers stand at its right, and what is hidden is only read aloud. */
export type Head =
  | string
  | {
      readonly title: string;
      readonly as?: 'number' | 'hidden' | undefined;
      readonly sort?: {
        /** Null while the rows are in another order. */
        readonly now: 'ascending' | 'descending' | null;
        readonly onSort: () => void;
      };
    };

/** A table that scrolls by itself where it is wider than its place. */
export function Table({
  heads,
  children,
}: {
  readonly heads: readonly Head[];
  /** The rows. */
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <div class="table">
      <table>
        <thead>
          <tr>
            {heads.map((head) => {
              const { title, as, sort } = typeof head === 'string' ? { title: head } : head;
              return (
                <th
                  key={title}
                  class={as === 'number' ? 'number' : undefined}
                  aria-sort={sort === undefined ? undefined : (sort.now ?? 'none')}
                >
                  {as === 'hidden' ? (
                    <span class="hidden">{title}</span>
                  ) : (
                    <HeadText title={title} sort={sort} />
                  )}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

function HeadText({
  title,
  sort,
}: {
  readonly title: string;
  readonly sort: Exclude<Head, string>['sort'] | undefined;
}): JSX.Element {
  return sort === undefined ? (
    <>{title}</>
  ) : (
    <button class="plain sort" onClick={sort.onSort}>
      {title}
      <span aria-hidden="true">{sort.now === null ? '' : sort.now === 'ascending' ? ' ▲' : ' ▼'}</span>
    </button>
  );
}
