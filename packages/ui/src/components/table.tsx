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

/**
 * A table that scrolls by itself where it is wider than its place. On a phone each row is a card: what stands in its first
 * column, and below it the others, each with what stands over it.
 */
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
      <table style={headStyle(heads)}>
        <thead>
          <tr>
            {heads.map((head) => {
              const { title, as, sort } = partsOf(head);
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

function partsOf(head: Head): Exclude<Head, string> {
  return typeof head === 'string' ? { title: head } : head;
}

/** What stands over each column, for the style sheet to repeat. */
function headStyle(heads: readonly Head[]): Record<string, string> {
  return Object.fromEntries(
    heads.map((head, index) => {
      const { title, as } = partsOf(head);
      return [`--head-${index + 1}`, as === 'hidden' ? 'none' : JSON.stringify(title)];
    }),
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
