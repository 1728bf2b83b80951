import type { ComponentChildren, JSX } from 'preact';

/** What was typed into a field, by its name; empty where there is none, or where it was not ticked. */
export type Typed = (name: string) => string;

/** Fields below each other, and what is done when they are sent. */
export function Form({
  onSend,
  children,
}: {
  readonly onSend: (typed: Typed, form: HTMLFormElement) => void;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        const values = new FormData(event.currentTarget);
        onSend((name) => {
          const value = values.get(name);
          return typeof value === 'string' ? value : '';
        }, event.currentTarget);
      }}
    >
      {children}
    </form>
  );
}
