import type { ComponentChildren, JSX } from 'preact';

/** What stands over a column; numbers stand at its right, and what is hidden is only read aloud. */
type Head = string | { readonly title: string; readonly as: 'number' | 'hidden' };

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
              const { title, as } = typeof head === 'string' ? { title: head, as: null } : head;
              return (
                <th key={title} class={as === 'number' ? 'number' : undefined}>
                  {as === 'hidden' ? <span class="hidden">{title}</span> : title}
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
